using Cano.CSharp.Scheduling;
using Cano.Runtime.Runs;
using Cano.Runtime.StoredRuns;
using LanguageExt;

namespace Cano.CSharp.Engine;

/// <summary>The runs of an engine's schedules, which are runs of the engine like all others.</summary>
/// <param name="engine">Cancels them.</param>
/// <param name="runs">The engine's runs.</param>
/// <param name="isInMemory">Whether inputs are handed on as they are.</param>
internal sealed class EngineFlowRuns(CanoEngine engine, EngineRuns runs, bool isInMemory) : IFlowRuns
{
    public bool IsHealing => true;

    public Task HealAsync() => runs.Store.HealAsync();

    public Workflow<TState> Bound<TState>(Workflow<TState> workflow)
        where TState : notnull => runs.Workflows.Add(workflow).Bound;

    public async ValueTask<Either<CanoError, TState>> RunAsync<TState>(
        WantedOccurrence<TState> wanted,
        FlowOccurrence occurrence
    )
        where TState : notnull
    {
        var id = wanted.Id;
        var workflow = runs.Workflows.Of(wanted.Workflow);
        occurrence.Run.Tells(() => Trouble(id));
        using var cancelling = occurrence.Stop.UnsafeRegister(_ => Cancel(id), null);
        using var resting = occurrence.Run.Rest.UnsafeRegister(_ => Suspend(id, workflow), null);
        try
        {
            var ended = await EndAsync(wanted, workflow, occurrence).ConfigureAwait(false);
            return ended.Thrown is { } thrown ? thrown.Error : workflow.ExitOf(id, ended);
        }
        catch (CanoException failure) when (EndedRun.IsOfAnother(failure, id))
        {
            throw new LeftAloneException(failure.Error);
        }
        catch (CanoException failure)
        {
            return failure.Error;
        }
    }

    private async Task<EndedRun> EndAsync<TState>(
        WantedOccurrence<TState> wanted,
        EngineWorkflow<TState> workflow,
        FlowOccurrence occurrence
    )
        where TState : notnull
    {
        while (true)
        {
            var live = runs.Find(wanted.Id);
            var rests = occurrence.Run.Rest.IsCancellationRequested;
            if (rests && live is not { IsQueued: false })
                throw new CanoException(FlowOccurrence.Rests);
            // It may have come to work after it was told to rest.
            if (rests)
                Suspend(wanted.Id, workflow);
            if (live is null)
            {
                var there = await ThereAsync(wanted.Id).ConfigureAwait(false);
                if (there is { HasEnded: true, Status: not RunStatus.Failed })
                    return (
                        await StoredEnd.FindAsync(runs.Store.Now, wanted.Id, default).ConfigureAwait(false)
                    )!;
                if (there is null)
                    await BeginAsync(wanted, workflow, occurrence).ConfigureAwait(false);
                else
                    await TakeUpAsync(there).ConfigureAwait(false);
                live = runs.Find(wanted.Id);
            }

            if (await EndOfAsync(wanted.Id, live, occurrence).ConfigureAwait(false) is { } ended)
                return ended;
        }
    }

    /// <summary>The run as the store lists it; null when it has not begun.</summary>
    private ValueTask<RunSummary?> ThereAsync(string id) =>
        StoreCall.AskAsync("find run", () => StoreListing.FindAsync(runs.Store.Now, id, default));

    private async Task BeginAsync<TState>(
        WantedOccurrence<TState> wanted,
        EngineWorkflow<TState> workflow,
        FlowOccurrence occurrence
    )
        where TState : notnull
    {
        if (occurrence.Stop.IsCancellationRequested)
            throw new CanoException(CanoError.Of(Fault.Cancelled));
        var (given, failure) = wanted.Asked();
        if (failure is not null)
            throw new CanoException(failure);
        var request = new RunRequest(wanted.Id)
        {
            KeepsRows = true,
            IsOver = occurrence.IsOver,
            Input = given is null ? null : given with { IsHandedOn = isInMemory },
        };
        try
        {
            await runs.StartAsync(workflow, wanted.Initial, request, whenBegun: null, default)
                .ConfigureAwait(false);
        }
        catch (CanoException raced) when (raced.Error.Fault.IsWorkflow && runs.Find(wanted.Id) is not null)
        {
            // The engine looks by itself whether a start that was in doubt is there.
            return;
        }

        runs.Hold(wanted.Id, null);
        // There was nothing to cancel before.
        if (occurrence.Stop.IsCancellationRequested)
            Cancel(wanted.Id);
    }

    /// <summary>Goes on with a run that is there, in the version that it began with. One that cannot be gone
    /// on with is held, and holds its flow up.</summary>
    private async Task TakeUpAsync(RunSummary run)
    {
        if (runs.Workflows.Find(run.WorkflowName, run.WorkflowVersion) is { } workflow)
            await runs.TakeUpAsync(
                    run.RunId,
                    workflow,
                    run.Status == RunStatus.Failed ? TakeUpFor.Retry : TakeUpFor.Unfinished
                )
                .ConfigureAwait(false);
        else
            runs.LeaveAlone(run.RunId, run.WorkflowName, run.WorkflowVersion);
    }

    /// <summary>Waits for the run's end, whoever comes to it. Null: it has to be looked for again.</summary>
    private async Task<EndedRun?> EndOfAsync(string id, EngineRun? live, FlowOccurrence occurrence)
    {
        if (live is { IsQueued: false })
        {
            var ended = await live.Ended.ConfigureAwait(false);
            if (StoredEnd.IsEnd(ended.End.Status))
                return ended;
            if (ended.IsAnothers)
                throw ended.Thrown!;
            if (ended.IsLeftAlone)
                return await ThereAsync(id).ConfigureAwait(false) is null
                    ? null
                    : throw new LeftAloneException(ended.Thrown!.Error);
            if (ended.End.Error?.Fault.IsSuspended == true && !ended.IsParked)
            {
                // A body that was given up on runs still: the flow is not at rest before it has ended.
                await live.Control.Outlasting.ConfigureAwait(false);
                throw new CanoException(FlowOccurrence.Rests);
            }
        }

        try
        {
            return await runs.EndOfAsync(id, occurrence.Run.Rest).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (CanoException missing) when (missing.Error.Fault.IsRunNotFound)
        {
            return null;
        }
    }

    private CanoError? Trouble(string id) =>
        runs.HeldOf(id) is { } why ? CanoError.Of(Fault.NewWorkflow(why)) : null;

    private void Suspend<TState>(string id, EngineWorkflow<TState> workflow)
        where TState : notnull
    {
        runs.Unpark(id);
        runs.Find(id)?.Control.Suspend(workflow.Bound.Setup.Options.StopGrace);
    }

    /// <summary>Whether or not it has begun: what has not does not begin.</summary>
    private void Cancel(string id) => _ = CancelAsync(id);

    private async Task CancelAsync(string id)
    {
        try
        {
            await engine.CancelAsync(id).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is CanoException or ObjectDisposedException)
        {
            runs.TellNotCancelled(id, refused);
        }
    }
}
