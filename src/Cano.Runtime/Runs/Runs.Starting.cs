using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Data;
using Cano.Runtime.Definitions;
using Cano.Runtime.Errors;
using Cano.Runtime.Loop;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Children;
using Cano.Runtime.Steps.Waits;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Runs;

// How a fresh run begins.
internal static partial class Runs
{
    private static readonly RunEvent s_started = RunEvent.NewStarted(false);

    /// <summary>A fresh run from a state to an exit.</summary>
    /// <exception cref="CanoException">Why the run failed.</exception>
    public static ValueTask<TState> StartAsync<TState>(
        CompiledWorkflow<TState> workflow,
        TState initial,
        in RunRequest request,
        CancellationToken cancel
    )
        where TState : notnull
    {
        var start = workflow.StartAt(initial);
        var options = workflow.Options;
        // What a child is given was looked at when its parent gave it.
        if (
            request.Parent is null
            && RunInputs.Problem(workflow.Plan.Definition.Name, options.Accepts, request.Input) is { } problem
        )
            throw InvalidConfiguration.Of(problem);
        if (options.Store is null)
            ThrowIfUnreachable(workflow, inbox: null);
        if (workflow.HasChildren && request.Host is null)
            throw InvalidConfiguration.Of(ChildrenProblems.NoEngine);
        // Each layer costs a run only where it has something to do.
        if (workflow.Shared.IsNeeded && request.BegunCancelled is null)
            return SharingAsync(workflow, start, request, cancel);
        return FreshAsync(workflow, start, in request, cancel);
    }

    private static async ValueTask<TState> SharingAsync<TState>(
        CompiledWorkflow<TState> workflow,
        Target start,
        RunRequest request,
        CancellationToken cancel
    )
        where TState : notnull
    {
        await EnterAsync(workflow, host: null, cancel).ConfigureAwait(false);
        try
        {
            return await FreshAsync(workflow, start, request, cancel).ConfigureAwait(false);
        }
        finally
        {
            await workflow.Shared.LeaveAsync().ConfigureAwait(false);
        }
    }

    private static ValueTask<TState> FreshAsync<TState>(
        CompiledWorkflow<TState> workflow,
        Target start,
        in RunRequest request,
        CancellationToken cancel
    )
        where TState : notnull =>
        workflow.Options.Store is null
            ? RunAsync(workflow, Plainly(workflow, start, request), cancel)
            : JournaledAsync(workflow, start, request, cancel);

    /// <summary>A run without rows.</summary>
    private static RunBeginning Plainly<TState>(
        CompiledWorkflow<TState> workflow,
        Target start,
        in RunRequest request
    )
        where TState : notnull
    {
        var plain = new RunBeginning(Run.Fresh(start), s_started, request.Id);
        if (request is { Input: null, Result: null, Control: null })
            return plain;
        var values =
            request.Input is null && request.Result is null
                ? null
                : RunInputs.OfFresh(request.Input, stored: null, workflow.Options);
        if (request.Result is { } result)
            result.Values = values;
        return plain with
        {
            Equipment = new RunEquipment { Values = values, Control = request.Control },
        };
    }

    private static async ValueTask<TState> JournaledAsync<TState>(
        CompiledWorkflow<TState> workflow,
        Target start,
        RunRequest request,
        CancellationToken cancel
    )
        where TState : notnull
    {
        var id = request.Id ?? throw NoRunId();
        if (RunIdRule.IsReserved(id))
            throw Reserved(id);
        var input = request.StoredInput ?? RunInputs.Store(id, request.Input, workflow.Options);
        var values = RunInputs.OfFresh(request.Input, input, workflow.Options);
        if (request.Result is { } result)
            (result.Values, result.ParentId) = (values, request.Parent?.RunId);
        var store = await StoreCall.OpenAsync(workflow.Options).ConfigureAwait(false);
        ThrowIfUnreachable(workflow, store.Inbox);
        // Of two runs under one id the second finds its first row taken, and is never marked.
        using var mark = new LiveRuns.Mark(store, id, workflow.Options.Dispatcher);
        var beginning = Freshly(workflow, start, request, (store, mark, input, values));
        if (request.OnlyBegins || request.BegunCancelled is not null)
            return await RunAsync(workflow, workflow.Resources, in beginning, cancel).ConfigureAwait(false);
        return workflow.Options.Retention == Retention.Clear
            ? await RunAsync(workflow, beginning, cancel).ConfigureAwait(false)
            : await RunInPlaceAsync(workflow, beginning, store, cancel).ConfigureAwait(false);
    }

    /// <summary>A run whose first row is to come.</summary>
    private static RunBeginning Freshly<TState>(
        CompiledWorkflow<TState> workflow,
        Target start,
        in RunRequest request,
        (ICheckpointStore Store, LiveRuns.Mark Mark, StoredValue? Input, RunValues Values) with
    )
        where TState : notnull
    {
        var told = StartOf(workflow, start).WithInput(with.Input).WithTrace(request.Trace ?? Spans.Caller);
        var begun = Run.Begin(
            start,
            told.WithParent(request.Parent).WithOptions(request.Tags ?? [], request.NotBefore)
        );
        var first = request.BegunCancelled is { } cancel
            ? RunEvent.NewBegunCancelled(cancel)
            : RunEvent.NewStarted(true);
        var equipment = new RunEquipment
        {
            Control = request.Control,
            Values = with.Values,
            Result = request.Result,
            Slot = request.Slot,
            Journal = new RunJournal(with.Store, request.Id!, claim: null, workflow.Options.Time)
            {
                Host = request.Host,
                Values = with.Values,
                Codec = workflow.Options.Values,
                KeepsRows = request.KeepsRows,
                IsQueued = request.OnlyBegins,
                Mark = with.Mark,
                IsOver = request.IsOver,
                Signal = request.Signal,
            },
        };
        return new RunBeginning(begun, first, request.Id, equipment);
    }

    private static RunStart StartOf<TState>(CompiledWorkflow<TState> workflow, Target start)
        where TState : notnull =>
        RunStart.Now(
            workflow.Plan.Definition.Name,
            workflow.Plan.NameOf(start.State),
            workflow.Options.Now(),
            EffectKeyPart.Draw(workflow.Options.Random)
        );

    /// <summary>A fresh run under an id that an ended run may have had, whose rows may be kept
    /// still.</summary>
    private static async ValueTask<TState> RunInPlaceAsync<TState>(
        CompiledWorkflow<TState> workflow,
        RunBeginning beginning,
        ICheckpointStore store,
        CancellationToken cancel
    )
        where TState : notnull
    {
        var id = beginning.RunId!;
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
    private static async ValueTask PutBackAsync(
        RunOptions options,
        EndedRuns ended,
        ICheckpointStore store,
        string id,
        DateTimeOffset end
    )
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

    /// <summary>A run that nobody can signal must not wait for signals alone.</summary>
    private static void ThrowIfUnreachable<TState>(CompiledWorkflow<TState> workflow, IInboxStore? inbox)
        where TState : notnull
    {
        if (workflow.OpenWait is { } state && inbox is null && workflow.Options.Inboxes is null)
            throw InvalidConfiguration.Of(WaitProblems.Unreachable(state));
    }

    private static CanoException Reserved(string id) =>
        new(
            CanoError.Of(
                Fault.NewCheckpointStore(
                    $"run id '{id}' is kept for the watermark of a schedule: give the run another one"
                )
            )
        );

    private static CanoException NoRunId() =>
        new(
            CanoError.Of(
                Fault.NewCheckpointStore(
                    "checkpointing requires a run id: give one to OrchestrateAsync, or call WithRunId"
                )
            )
        );

    [LoggerMessage(
        213,
        LogLevel.Warning,
        "Ended run {RunId} could not be read and is kept until the next process"
    )]
    private static partial void LogNotPutBack(ILogger logger, string runId, Exception exception);
}
