using Cano.Kernel;
using Microsoft.Extensions.Logging;

namespace Cano;

/// <summary>Starts and resumes runs: everything around the loop.</summary>
internal static partial class Runs
{
    /// <summary>A fresh run from a state to an exit. `keepsRows`: its rows stay when it has ended.</summary>
    /// <exception cref="CanoException">Why the run failed.</exception>
    public static async ValueTask<TState> StartAsync<TState>(
        CompiledWorkflow<TState> workflow,
        TState initial,
        string? workflowId,
        CancellationToken cancel,
        bool keepsRows = false
    )
        where TState : notnull
    {
        var start = workflow.StartAt(initial);
        await workflow.Shared.EnterAsync(cancel).ConfigureAwait(false);
        try
        {
            if (workflow.Options.Store is null)
            {
                var plain = new RunBeginning(Run.Fresh(start), RunEvent.NewStarted(false)) { WorkflowId = workflowId };
                return await RunAsync(workflow, plain, cancel).ConfigureAwait(false);
            }

            var id = workflowId ?? throw NoWorkflowId();
            var store = await OpenStoreAsync(workflow.Options).ConfigureAwait(false);
            // A second run under the same id finds its first row taken; only the first is marked.
            using var live = LiveRuns.TryEnter(store, id);
            if (workflow.Options.Retention != Retention.Clear) EndedRuns.Of(store, workflow.Plan.Definition.Name).Remove(id);
            var journaled = new RunBeginning(Run.Fresh(start), RunEvent.NewStarted(true))
            {
                WorkflowId = id,
                Journal = new RunJournal(store, id, fence: 1) { KeepsRows = keepsRows },
            };
            return await RunAsync(workflow, journaled, cancel).ConfigureAwait(false);
        }
        finally
        {
            await workflow.Shared.LeaveAsync().ConfigureAwait(false);
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
        if (workflow.Options.Store is null) throw NoStore();
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
        if (workflow.Options.Store is null) throw NoStore();
        var name = workflow.Plan.Definition.Name ?? throw NoName();
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
        var rows = await AskAsync("load run", () => store.LoadRunAsync(id)).ConfigureAwait(false);
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
        RunBeginning beginning,
        CancellationToken cancel
    )
        where TState : notnull =>
        workflow.Resources.HasPerRun
            ? RunWithOwnAsync(workflow, beginning, cancel)
            : RunAsync(workflow, workflow.Resources, beginning, cancel);

    /// <summary>A run with resources of its own.</summary>
    private static async ValueTask<TState> RunWithOwnAsync<TState>(
        CompiledWorkflow<TState> workflow,
        RunBeginning beginning,
        CancellationToken cancel
    )
        where TState : notnull
    {
        var (all, own) = workflow.Resources.ForRun(beginning.Data);
        if (beginning.Journal is { } journal && all.TryGet<MemoryStore>(Resources.StoreKey, out var store))
            journal.Data = store.DurableValues;
        var use = new ResourceUse(own, workflow.Options.Logger);
        await use.SetupAsync(cancel).ConfigureAwait(false);
        try
        {
            return await RunAsync(workflow, all, beginning, cancel).ConfigureAwait(false);
        }
        finally
        {
            await use.TeardownAsync().ConfigureAwait(false);
        }
    }

    private static async ValueTask<TState> RunAsync<TState>(
        CompiledWorkflow<TState> workflow,
        Resources resources,
        RunBeginning beginning,
        CancellationToken cancel
    )
        where TState : notnull
    {
        using var stop = RunStop.Begin(workflow.Plan.Definition.TotalTimeout, workflow.Options.Time, cancel);
        var interpreter = new Interpreter<TState>(workflow, resources, beginning.WorkflowId, beginning.Journal, stop);
        return await interpreter.RunAsync(beginning).ConfigureAwait(false) switch
        {
            Outcome.Completed end => workflow.StateOf(end.Exit),
            Outcome.Failed end => throw new CanoException(interpreter.Located(end.Error), interpreter.Thrown),
            _ => throw new InvalidOperationException("A new kind of outcome."),
        };
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

    private static CanoException NoStore() =>
        new(CanoError.Of(Fault.NewConfiguration(["resume_from requires a checkpoint store: call WithCheckpoints or WithCheckpointStore"])));

    private static CanoException NoName() =>
        new(CanoError.Of(Fault.NewConfiguration(["resuming all runs requires a name to know them by: call WithName"])));

    private static CanoException NoWorkflowId() =>
        new(
            CanoError.Of(
                Fault.NewCheckpointStore(
                    "checkpointing requires a workflow id: give one to OrchestrateAsync, or call WithWorkflowId"
                )
            )
        );

    private static CanoException AlreadyLive(string id) =>
        new(CanoError.Of(Fault.NewWorkflow($"run '{id}' is under way in this process")));

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Run {WorkflowId}: row {Sequence} is of state {State}, which the workflow no longer has"
    )]
    private static partial void LogUnknownState(ILogger logger, string workflowId, long sequence, string state);
}
