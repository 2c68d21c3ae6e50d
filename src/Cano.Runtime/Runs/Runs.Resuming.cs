using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Data;
using Cano.Runtime.Definitions;
using Cano.Runtime.Errors;
using Cano.Runtime.Loop;
using Cano.Runtime.Observation;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;

namespace Cano.Runtime.Runs;

// How a run goes on where its rows end.
internal static partial class Runs
{
    /// <summary>A run goes on where its rows end.</summary>
    /// <exception cref="CanoException">Why it cannot be resumed, or why it failed.</exception>
    public static async ValueTask<TState> ResumeAsync<TState>(
        CompiledWorkflow<TState> workflow,
        RunRequest request,
        CancellationToken cancel
    )
        where TState : notnull
    {
        try
        {
            return await TakeUpAsync(workflow, request, cancel).ConfigureAwait(false);
        }
        catch (LeftAloneException left)
        {
            throw new CanoException(left.Error);
        }
        catch (HeldException held)
        {
            throw new CanoException(held.Error, held.InnerException);
        }
    }

    /// <summary>As <see cref="ResumeAsync"/>, for those who found the run in a list, which may be out of
    /// date.</summary>
    /// <exception cref="LeftAloneException">It is under way in this process, or not there.</exception>
    /// <exception cref="CanoException">Why it cannot be resumed, or why it failed.</exception>
    public static async ValueTask<TState> TakeUpAsync<TState>(
        CompiledWorkflow<TState> workflow,
        RunRequest request,
        CancellationToken cancel
    )
        where TState : notnull
    {
        if (workflow.Options.Store is null)
            throw InvalidConfiguration.Of(ResumeProblems.NoStore);
        var runId = request.Id ?? throw NoRunId();
        await EnterAsync(workflow, request.Host, cancel).ConfigureAwait(false);
        try
        {
            var store = await StoreCall.OpenAsync(workflow.Options).ConfigureAwait(false);
            ThrowIfUnreachable(workflow, store.Inbox);
            using var mark = new LiveRuns.Mark(store, runId, workflow.Options.Dispatcher);
            var (beginning, unknown) = await mark.TakeAsync(isLive =>
                    isLive
                        ? throw AlreadyLive(runId)
                        : MeasuredAsync(workflow, () => RecoverAsync(workflow, store, runId, request))
                )
                .ConfigureAwait(false);
            foreach (var row in unknown)
                ReportUnknown(workflow.Options, runId, row);
            beginning.Equipment!.Journal!.KeepsRows = await KeepsRowsAsync(store, beginning, request)
                .ConfigureAwait(false);
            if (request.Result is { } result)
                (result.Values, result.ParentId) = (
                    beginning.Equipment.Values,
                    beginning.Run.Durable.Start?.Parent?.RunId
                );
            return await RunAsync(workflow, beginning, cancel).ConfigureAwait(false);
        }
        finally
        {
            await workflow.Shared.LeaveAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The workflow's runs that a resume would take further. Those that ended too long ago are
    /// forgotten.</summary>
    public static async ValueTask<InterruptedRuns> InterruptedAsync<TState>(CompiledWorkflow<TState> workflow)
        where TState : notnull
    {
        if (workflow.Options.Store is null)
            throw InvalidConfiguration.Of(ResumeProblems.NoStore);
        var name = workflow.Plan.Definition.Name ?? throw InvalidConfiguration.Of(ResumeProblems.NoName);
        var store = await StoreCall.OpenAsync(workflow.Options).ConfigureAwait(false);
        return await StoreCall.AskAsync("list runs", ListAsync).ConfigureAwait(false);

        async ValueTask<InterruptedRuns> ListAsync()
        {
            // A crash may have brought back runs that had ended and were forgotten: clearing needs no flush
            // of its own.
            var now = workflow.Options.Time.GetUtcNow();
            await EndedRuns
                .ClearSurplusAsync(store, name, workflow.Options.Retention, now)
                .ConfigureAwait(false);
            return await InterruptedRuns.FindAsync(store, name).ConfigureAwait(false);
        }
    }

    /// <summary>What a run waits for, of which no more is awaited.</summary>
    public static async ValueTask<CanoError> WaitOfAsync<TState>(CompiledWorkflow<TState> workflow, string id)
        where TState : notnull
    {
        var store = await StoreCall.OpenAsync(workflow.Options).ConfigureAwait(false);
        var run = await StoreCall
            .AskAsync("find run", () => StoreListing.FindAsync(store, id))
            .ConfigureAwait(false);
        var wait = WaitedFor.In(workflow.Plan, run?.State, run?.WakesAt);
        return CanoError.Of(
            Fault.NewSuspended($"run '{id}' waits in state '{run?.State}' {wait}; it goes on by itself then")
        );
    }

    /// <summary>Reads and claims the run. A cancelled run is read too: what it completed must be
    /// undone. Rows of states that the workflow no longer has are given with it.</summary>
    // Read first: what cannot be gone on with is not touched.
    private static async ValueTask<(RunBeginning Beginning, IReadOnlyList<Row> Unknown)> RecoverAsync<TState>(
        CompiledWorkflow<TState> workflow,
        ICheckpointStore store,
        string id,
        RunRequest request
    )
        where TState : notnull
    {
        var claimed = default((long, long?)?);
        try
        {
            var found = await ReadAsync(workflow, store, id, request).ConfigureAwait(false);
            // Whoever claimed it gives it back.
            var (fence, next) = request.Claim is { } due
                ? (due.Fence, due.NextSequence)
                : claimed ??= await ClaimAsync(store, id, request.For).ConfigureAwait(false);
            // Whoever had it may have gone on until the claim shut him out.
            if (next is { } sequence && sequence != found.NextSequence)
                found = await ReadAsync(workflow, store, id, request).ConfigureAwait(false);
            request.Host?.Claimed();
            return (Claimed(found.Beginning, store, workflow.Options, request, fence), found.Unknown);
        }
        catch when (claimed is { Item1: var fence })
        {
            await new RunJournal(store, id, fence, workflow.Options.Time)
                .ReleaseAsync(workflow.Options.Logger)
                .ConfigureAwait(false);
            throw;
        }
    }

    private static async ValueTask<Found> ReadAsync<TState>(
        CompiledWorkflow<TState> workflow,
        ICheckpointStore store,
        string id,
        RunRequest request
    )
        where TState : notnull
    {
        var rows = await StoreCall
            .AskAsync("load run", () => LoadedRows.OfAsync(store, id))
            .ConfigureAwait(false);
        // Under this id there may be another run by now: what nobody asks to go on is not read.
        var asked = rows.Count == 0 ? request : await AskedAsync(store, rows, request).ConfigureAwait(false);
        var recovered = Held(() => RecoveredOf(workflow, id, rows));
        return Held(() =>
            new Found(
                FoundAs(workflow.Options, recovered, rows, asked),
                recovered.Unknown,
                rows.Max(row => row.Sequence) + 1
            )
        );
    }

    private static Recovered.Found RecoveredOf<TState>(
        CompiledWorkflow<TState> workflow,
        string id,
        IReadOnlyList<CheckpointRow> rows
    )
        where TState : notnull =>
        Recovery.Recover(workflow.Plan, id, workflow.Told(id, rows)) switch
        {
            Recovered.Found found => Readable(workflow, found),
            Recovered.Refused { Error: var error } when rows.Count == 0 => throw new LeftAloneException(
                error
            ),
            Recovered.Refused { Error: var error } => throw new CanoException(error),
            _ => throw new InvalidOperationException("A new kind of recovery."),
        };

    /// <summary>What the rows say, or why this build cannot read it.</summary>
    private static T Held<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CanoException unreadable)
        {
            throw new HeldException(unreadable);
        }
    }

    /// <summary>The request, with what lies in the run's inbox. The run hears of it before it goes
    /// on.</summary>
    /// <exception cref="LeftAloneException">What it was taken up for has been done.</exception>
    private static async ValueTask<RunRequest> AskedAsync(
        ICheckpointStore store,
        IReadOnlyList<CheckpointRow> rows,
        RunRequest request
    )
    {
        var id = request.Id!;
        var status = rows.MaxBy(row => row.Sequence)!.Status;
        if (
            (request.For is TakeUpFor.Unfinished or TakeUpFor.Orphan && RowStatuses.IsEnd(status))
            || (request.For == TakeUpFor.Retry && RowStatuses.IsSettled(status))
        )
            throw NothingToDo($"run '{id}' has ended");
        var cancel = await StoredCancel.FindAsync(store, id).ConfigureAwait(false);
        if (cancel is null)
            return request.For == TakeUpFor.Cancel
                ? throw NothingToDo($"run '{id}' is not asked to stop any more")
                : request;
        var control = request.Control ?? new RunControl();
        control.Cancel(cancel);
        return request with { Control = control };
    }

    /// <summary>The run as its rows tell it. Its values are read before it is claimed: one that cannot be
    /// read is left as it is.</summary>
    private static RunBeginning FoundAs(
        RunOptions options,
        Recovered.Found recovered,
        IReadOnlyList<CheckpointRow> rows,
        RunRequest request
    )
    {
        var id = request.Id!;
        var output = EncodedRows.Output(id, rows, options.Values);
        var start = recovered.Run.Durable.Start;
        var run = request.Host is null
            ? recovered.Run
            : RunModule.RetriedAt(
                RunTime.RetriedAt(recovered.Run, rows, request.For, options),
                recovered.Run
            );
        var equipment = new RunEquipment
        {
            Result = request.Result,
            Control = request.Control,
            Slot = request.Slot,
            Values = RunInputs.OfResumed(request.Input, start, output, options),
            Path = recovered.Path,
            Since = request.Host is null ? null : DurableStateModule.TimedSince(run.Durable),
            IsWaitOver = request.IsWaitOver,
            Span = rows.Where(row => row.Span is not null).MaxBy(row => row.Sequence)?.Span,
            Data = DurableValues.Restored(id, rows.OrderBy(row => row.Sequence), options.Values),
        };
        var first = request.For == TakeUpFor.Retry ? RunEvent.Retried : RunEvent.Resumed;
        return new RunBeginning(run, first, id, equipment);
    }

    /// <summary>The run as it goes on.</summary>
    // It gets no rows: the run goes on upon its stack, and they may be large.
    private static RunBeginning Claimed(
        RunBeginning found,
        ICheckpointStore store,
        RunOptions options,
        RunRequest request,
        long fence
    ) =>
        found with
        {
            Equipment = found.Equipment! with
            {
                Journal = new RunJournal(store, found.RunId!, fence, options.Time)
                {
                    Values = found.Equipment.Values,
                    Codec = options.Values,
                    Host = request.Host,
                    Span = found.Equipment.Span,
                },
            },
        };

    /// <summary>A run as its rows tell it.</summary>
    /// <param name="Beginning">How it goes on.</param>
    /// <param name="Unknown">Rows of states that the workflow no longer has.</param>
    /// <param name="NextSequence">That of the row that comes next.</param>
    private readonly record struct Found(
        RunBeginning Beginning,
        IReadOnlyList<Row> Unknown,
        long NextSequence
    );
}
