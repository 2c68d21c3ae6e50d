using Cano.Kernel;
using Microsoft.Extensions.Logging;

namespace Cano;

/// <summary>Starts and resumes runs: everything around the loop.</summary>
internal static partial class Runs
{
    /// <summary>The problem of resuming without a store.</summary>
    public const string NoStore = "resume_from requires a checkpoint store: call WithCheckpoints or WithCheckpointStore";

    /// <summary>The problem of resuming all runs of a workflow without a name.</summary>
    public const string NoName = "resuming all runs requires a name to know them by: call WithName";
    private static readonly RunEvent s_started = RunEvent.NewStarted(false);

    /// <summary>A fresh run from a state to an exit. `keepsRows`: its rows stay when it has ended.</summary>
    /// <exception cref="CanoException">Why the run failed.</exception>
    public static ValueTask<TState> StartAsync<TState>(
        CompiledWorkflow<TState> workflow,
        TState initial,
        string? workflowId,
        CancellationToken cancel,
        bool keepsRows = false
    )
        where TState : notnull
    {
        var start = Run.Fresh(workflow.StartAt(initial));
        return workflow.Shared.IsNeeded
            ? SharingAsync(workflow, start, workflowId, cancel, keepsRows)
            : FreshAsync(workflow, start, workflowId, cancel, keepsRows);
    }

    // Each of the layers that follow costs a run only where it has something to do.
    private static async ValueTask<TState> SharingAsync<TState>(
        CompiledWorkflow<TState> workflow,
        Run start,
        string? workflowId,
        CancellationToken cancel,
        bool keepsRows
    )
        where TState : notnull
    {
        await workflow.Shared.EnterAsync(cancel).ConfigureAwait(false);
        try
        {
            return await FreshAsync(workflow, start, workflowId, cancel, keepsRows).ConfigureAwait(false);
        }
        finally
        {
            await workflow.Shared.LeaveAsync().ConfigureAwait(false);
        }
    }

    private static ValueTask<TState> FreshAsync<TState>(
        CompiledWorkflow<TState> workflow,
        Run start,
        string? workflowId,
        CancellationToken cancel,
        bool keepsRows
    )
        where TState : notnull =>
        workflow.Options.Store is null
            ? RunAsync(workflow, new RunBeginning(start, s_started) { WorkflowId = workflowId }, cancel)
            : JournaledAsync(workflow, start, workflowId ?? throw NoWorkflowId(), cancel, keepsRows);

    private static async ValueTask<TState> JournaledAsync<TState>(
        CompiledWorkflow<TState> workflow,
        Run start,
        string id,
        CancellationToken cancel,
        bool keepsRows
    )
        where TState : notnull
    {
        var store = await OpenStoreAsync(workflow.Options).ConfigureAwait(false);
        // A second run under the same id finds its first row taken; only the first is marked.
        using var live = LiveRuns.TryEnter(store, id);
        var beginning = new RunBeginning(start, RunEvent.NewStarted(true))
        {
            WorkflowId = id,
            Journal = new RunJournal(store, id, fence: 1) { KeepsRows = keepsRows },
        };
        return workflow.Options.Retention == Retention.Clear
            ? await RunAsync(workflow, beginning, cancel).ConfigureAwait(false)
            : await RunInPlaceAsync(workflow, beginning, store, cancel).ConfigureAwait(false);
    }

    /// <summary>A fresh run under an id that an ended run may have had, whose rows may be kept still.</summary>
    private static async ValueTask<TState> RunInPlaceAsync<TState>(
        CompiledWorkflow<TState> workflow,
        RunBeginning beginning,
        ICheckpointStore store,
        CancellationToken cancel
    )
        where TState : notnull
    {
        var id = beginning.WorkflowId!;
        var ended = EndedRuns.Of(store, workflow.Plan.Definition.Name);
        var end = ended.Remove(id);
        try
        {
            return await RunAsync(workflow, beginning, cancel).ConfigureAwait(false);
        }
        catch (CanoException) when (end is not null)
        {
            await PutBackAsync(workflow.Options, ended, store, id, end.Value).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>When this fails, an ended run is kept too long, which a warning tells.</summary>
    private static async ValueTask PutBackAsync(RunOptions options, EndedRuns ended, ICheckpointStore store, string id, DateTimeOffset end)
    {
        try
        {
            await ended.PutBackAsync(store, id, end).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            LogNotPutBack(options.Logger, id, thrown);
        }
    }

    /// <summary>A run goes on where its rows end. `keepsRows`: they stay when it has ended.</summary>
    /// <exception cref="CanoException">Why it cannot be resumed, or why it failed.</exception>
    public static async ValueTask<TState> ResumeAsync<TState>(
        CompiledWorkflow<TState> workflow,
        string workflowId,
        CancellationToken cancel,
        ResumeSlot? slot = null,
        bool keepsRows = false
    )
        where TState : notnull
    {
        if (workflow.Options.Store is null) throw NotReady(NoStore);
        await workflow.Shared.EnterAsync(cancel).ConfigureAwait(false);
        try
        {
            var store = await OpenStoreAsync(workflow.Options).ConfigureAwait(false);
            using var live = LiveRuns.TryEnter(store, workflowId) ?? throw AlreadyLive(workflowId);
            var beginning = await RecoverAsync(workflow, store, workflowId).ConfigureAwait(false);
            beginning.Journal!.KeepsRows = keepsRows;
            return await RunAsync(workflow, beginning with { Slot = slot }, cancel).ConfigureAwait(false);
        }
        finally
        {
            await workflow.Shared.LeaveAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The workflow's runs that a resume would take further. Those that ended too long ago are forgotten.</summary>
    public static async ValueTask<InterruptedRuns> InterruptedAsync<TState>(CompiledWorkflow<TState> workflow)
        where TState : notnull
    {
        if (workflow.Options.Store is null) throw NotReady(NoStore);
        var name = workflow.Plan.Definition.Name ?? throw NotReady(NoName);
        var store = await OpenStoreAsync(workflow.Options).ConfigureAwait(false);
        return await AskAsync("list runs", ListAsync).ConfigureAwait(false);

        async ValueTask<InterruptedRuns> ListAsync()
        {
            // A crash may have brought back runs that had ended and were forgotten: clearing needs no flush of its own.
            var now = workflow.Options.Time.GetUtcNow();
            await EndedRuns.Of(store, name).ClearSurplusAsync(store, name, workflow.Options.Retention, now).ConfigureAwait(false);
            return await InterruptedRuns.FindAsync(store, name).ConfigureAwait(false);
        }
    }

    /// <summary>Reads and claims the run. A cancelled run is read too: what it completed must be undone.</summary>
    private static async ValueTask<RunBeginning> RecoverAsync<TState>(
        CompiledWorkflow<TState> workflow,
        ICheckpointStore store,
        string id
    )
        where TState : notnull
    {
        var rows = await AskAsync("load run", () => LoadedRows.OfAsync(store, id)).ConfigureAwait(false);
        switch (Recovery.Recover(workflow.Plan, id, rows))
        {
            case Recovered.Found recovered:
                foreach (var row in recovered.Unknown) ReportUnknown(workflow.Options, id, row);
                var data = DurableValues.Restored(id, rows.OrderBy(row => row.Sequence));
                // From here on every older writer is shut out.
                var fence = await AskAsync("claim run", () => store.ClaimAsync(id, Owner())).ConfigureAwait(false);
                return new RunBeginning(recovered.Run, RunEvent.Resumed)
                {
                    WorkflowId = id,
                    Journal = new RunJournal(store, id, fence),
                    Path = recovered.Path,
                    Data = data,
                };
            case Recovered.Refused refused:
                throw new CanoException(refused.Error);
            default:
                throw new InvalidOperationException("A new kind of recovery.");
        }
    }

    private static ValueTask<TState> RunAsync<TState>(
        CompiledWorkflow<TState> workflow,
        in RunBeginning beginning,
        CancellationToken cancel
    )
        where TState : notnull =>
        workflow.Resources.HasPerRun
            ? OwningAsync(workflow, beginning, cancel)
            : RunAsync(workflow, workflow.Resources, in beginning, cancel);

    private static async ValueTask<TState> OwningAsync<TState>(
        CompiledWorkflow<TState> workflow,
        RunBeginning beginning,
        CancellationToken cancel
    )
        where TState : notnull
    {
        var (all, use) = await SetUpAsync(workflow, beginning, cancel).ConfigureAwait(false);
        try
        {
            return await RunAsync(workflow, all, beginning, cancel).ConfigureAwait(false);
        }
        finally
        {
            await use.TeardownAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What the run alone owns, ready. A run that comes to nothing here has not killed its process: it is given
    /// back.</summary>
    private static async ValueTask<(Resources All, ResourceUse Own)> SetUpAsync<TState>(
        CompiledWorkflow<TState> workflow,
        RunBeginning beginning,
        CancellationToken cancel
    )
        where TState : notnull
    {
        try
        {
            var (all, own) = workflow.Resources.ForRun(beginning.Data);
            if (beginning.Journal is { } journal && all.TryGet<MemoryStore>(Resources.StoreKey, out var store))
                journal.Data = store.DurableValues;
            var use = new ResourceUse(own, workflow.Options.Logger);
            await use.SetupAsync(cancel).ConfigureAwait(false);
            return (all, use);
        }
        catch (Exception) when (beginning.Journal is not null)
        {
            await beginning.Journal.ReleaseAsync(workflow.Options.Logger).ConfigureAwait(false);
            throw;
        }
    }

    private static ValueTask<TState> RunAsync<TState>(
        CompiledWorkflow<TState> workflow,
        Resources resources,
        in RunBeginning beginning,
        CancellationToken cancel
    )
        where TState : notnull
    {
        var stop = RunStop.Begin(workflow.Plan.Definition.TotalTimeout, workflow.Options, cancel);
        return new Interpreter<TState>(workflow, resources, in beginning, stop).RunAsync(beginning.Event);
    }

    private static void ReportUnknown(RunOptions options, string id, Row row)
    {
        LogUnknownState(options.Logger, id, row.Sequence, row.State);
        var at = new RunPoint(id, row.State, row.Task, 1);
        new Observers(options.Observers, options.Logger).Tell(observer => observer.OnUnknownResumeState(at, row.Sequence));
    }

    private static async ValueTask<T> AskAsync<T>(string doing, Func<ValueTask<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            throw new CanoException(Faults.OfStore(doing, thrown), thrown);
        }
    }

    private static ValueTask<ICheckpointStore> OpenStoreAsync(RunOptions options) =>
        AskAsync("open checkpoint store", () => new ValueTask<ICheckpointStore>(options.Store!(CancellationToken.None)));

    private static string Owner() => $"{Environment.MachineName}/{Environment.ProcessId}";

    private static CanoException NotReady(string problem) => new(CanoError.Of(Fault.NewConfiguration([problem])));

    private static CanoException NoWorkflowId() =>
        new(
            CanoError.Of(
                Fault.NewCheckpointStore(
                    "checkpointing requires a workflow id: give one to OrchestrateAsync, or call WithWorkflowId"
                )
            )
        );

    private static CanoException AlreadyLive(string id) =>
        new(CanoError.Of(Fault.NewWorkflow($"run '{id}' is under way in this process: resume it when it has ended, if it is not finished then")));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ended run {WorkflowId} could not be read and is kept until the next process")]
    private static partial void LogNotPutBack(ILogger logger, string workflowId, Exception exception);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Run {WorkflowId}: row {Sequence} is of state {State}, which the workflow no longer has"
    )]
    private static partial void LogUnknownState(ILogger logger, string workflowId, long sequence, string state);
}
