using Cano.Runtime.Checkpoints;
using Cano.Runtime.Definitions;
using Cano.Runtime.Loop;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Telemetry;
using Cano.Runtime.Time;

namespace Cano.Runtime.Runs;

// How a run that is there becomes this process's: from then on every older writer is shut out.
internal static partial class Runs
{
    /// <summary>Asked once: the platform asks the system for the machine's name each time.</summary>
    private static readonly string s_owner = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <returns>The claim's fence, and the sequence of the row that comes next; null where nobody else
    /// writes.</returns>
    /// <exception cref="Cano.Runtime.StoredRuns.LeftAloneException">Another node works on it.</exception>
    private static async ValueTask<(long Fence, long? Next)> ClaimAsync(
        ICheckpointStore store,
        string id,
        TakeUpFor why
    )
    {
        var claim = await AskForAsync(store, id, why).ConfigureAwait(false);
        if (why != TakeUpFor.Retry)
            return claim;
        // Whoever retries a run that was set aside takes its tries back, and this one counts.
        await StoreCall
            .AskAsync("take tries back", () => TakeTriesBackAsync(store, id, claim.Fence))
            .ConfigureAwait(false);
        return await AskForAsync(store, id, why).ConfigureAwait(false);
    }

    private static ValueTask<(long Fence, long? Next)> AskForAsync(
        ICheckpointStore store,
        string id,
        TakeUpFor why
    ) =>
        StoreCall.AskAsync(
            "claim run",
            async ValueTask<(long, long?)> () =>
            {
                if (store is not INodeClaims { IsNodes: true } claims)
                    return (await store.ClaimAsync(id, s_owner).ConfigureAwait(false), null);
                var rule = why == TakeUpFor.Orphan ? ClaimIf.Orphaned : ClaimIf.Free;
                return await claims.TryClaimAsync(id, rule).ConfigureAwait(false) is { } claim
                    ? (claim.Fence, claim.NextSequence)
                    : throw NothingToDo($"run '{id}' is another node's, which lives");
            }
        );

    private static async ValueTask<bool> TakeTriesBackAsync(ICheckpointStore store, string id, long fence)
    {
        if (store.Shared is { } shared)
            await shared.RestAsync(id, fence).ConfigureAwait(false);
        else
            await store.ReleaseAsync(id, fence).ConfigureAwait(false);
        return true;
    }

    /// <summary>Whether somebody else retires the run: the rows of a child stay until its parent has its
    /// end.</summary>
    private static async ValueTask<bool> KeepsRowsAsync(
        ICheckpointStore store,
        RunBeginning beginning,
        RunRequest request
    ) =>
        request.KeepsRows
        || (
            beginning.Run.Durable.Start?.Parent is not null
            && (
                request.Host is not null
                || await AwaitedChildren.ContainsAsync(store, request.Id!).ConfigureAwait(false)
            )
        );

    private static LeftAloneException AlreadyLive(string id) =>
        NothingToDo(
            $"run '{id}' is under way in this process: resume it when it has ended, if it is not finished then"
        );

    private static LeftAloneException NothingToDo(string text) => new(CanoError.Of(Fault.NewWorkflow(text)));

    /// <summary>How a run that is there becomes this process's, and how long that takes.</summary>
    private static async ValueTask<T> MeasuredAsync<TState, T>(
        CompiledWorkflow<TState> workflow,
        Func<ValueTask<T>> recover
    )
        where TState : notnull
    {
        if (!EngineInstruments.ResumeDuration.Enabled)
            return await recover().ConfigureAwait(false);
        var time = GuardedClock.Around(workflow.Options.Time, workflow.Options.Logger);
        var begun = time.GetTimestamp();
        var recovered = await recover().ConfigureAwait(false);
        Measuring.Safely(
            workflow.Options.Logger,
            () =>
                EngineInstruments.ResumeDuration.Record(
                    time.GetElapsedTime(begun).TotalSeconds,
                    new WorkflowTags(workflow.Plan).Run()
                )
        );
        return recovered;
    }
}
