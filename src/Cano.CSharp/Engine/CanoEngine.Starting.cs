using Cano.CSharp.Engine;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Runs;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Telemetry;

namespace Cano;

// How runs are started.
public sealed partial class CanoEngine
{
    /// <summary>Begins a run and returns once it is durable: its first row is written. The run goes on by
    /// itself.</summary>
    /// <param name="workflow">The value that was added.</param>
    /// <param name="initial">Where the run begins.</param>
    /// <param name="runId">The run's id, 1 to 1,024 bytes of UTF-8: no other run that is kept may have
    /// it.</param>
    /// <param name="cancellationToken">Stops the waiting; the run may begin all the same.</param>
    /// <exception cref="CanoException">`workflow`: a run of that id is there; `suspended`: the engine is;
    /// `configuration`: the workflow was not added, or the start does not fit it;
    /// `checkpoint_store`: it could not be made durable.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed of.</exception>
    public Task<WorkflowRun<TState>> StartAsync<TState>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        BeginAsync<TState>(new(workflow, initial, runId, null, null), cancellationToken);

    /// <inheritdoc cref="StartAsync{TState}(Workflow{TState}, TState, string, CancellationToken)"/>
    /// <param name="workflow">The value that was added.</param>
    /// <param name="initial">Where the run begins.</param>
    /// <param name="runId">The run's id.</param>
    /// <param name="input">What bodies get with <see cref="TaskContext.Input{T}"/>; journaled.</param>
    /// <param name="cancellationToken">Stops the waiting; the run may begin all the same.</param>
    public Task<WorkflowRun<TState>> StartAsync<TState, TInput>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        TInput input,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        BeginAsync<TState>(new(workflow, initial, runId, GivenInput.Of(input), null), cancellationToken);

    /// <inheritdoc cref="StartAsync{TState}(Workflow{TState}, TState, string, CancellationToken)"/>
    /// <param name="workflow">The value that was added.</param>
    /// <param name="initial">Where the run begins.</param>
    /// <param name="runId">The run's id.</param>
    /// <param name="options">Tags, and when it may begin; null for nothing.</param>
    /// <param name="cancellationToken">Stops the waiting; the run may begin all the same.</param>
    public Task<WorkflowRun<TState>> StartAsync<TState>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        StartOptions? options,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        BeginAsync<TState>(new(workflow, initial, runId, null, options), cancellationToken);

    /// <inheritdoc cref="StartAsync{TState, TInput}(Workflow{TState}, TState, string, TInput,
    /// CancellationToken)"/>
    /// <param name="workflow">The value that was added.</param>
    /// <param name="initial">Where the run begins.</param>
    /// <param name="runId">The run's id.</param>
    /// <param name="input">What bodies get with <see cref="TaskContext.Input{T}"/>; journaled.</param>
    /// <param name="options">Tags, and when it may begin; null for nothing.</param>
    /// <param name="cancellationToken">Stops the waiting; the run may begin all the same.</param>
    public Task<WorkflowRun<TState>> StartAsync<TState, TInput>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        TInput input,
        StartOptions? options,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        BeginAsync<TState>(new(workflow, initial, runId, GivenInput.Of(input), options), cancellationToken);

    /// <summary>As StartAsync, but a run of that id, under way, waiting or ended, is given instead of
    /// refused: starting twice is starting once.</summary>
    /// <inheritdoc cref="StartAsync{TState}(Workflow{TState}, TState, string, CancellationToken)"/>
    /// <exception cref="CanoException">`workflow`: the run that is there is of another workflow, began in
    /// another state, or with another input; otherwise as StartAsync.</exception>
    public Task<WorkflowRun<TState>> GetOrStartAsync<TState>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        GetOrBeginAsync<TState>(new(workflow, initial, runId, null, null), cancellationToken);

    /// <inheritdoc cref="GetOrStartAsync{TState}(Workflow{TState}, TState, string, CancellationToken)"/>
    public Task<WorkflowRun<TState>> GetOrStartAsync<TState, TInput>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        TInput input,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        GetOrBeginAsync<TState>(new(workflow, initial, runId, GivenInput.Of(input), null), cancellationToken);

    /// <inheritdoc cref="GetOrStartAsync{TState}(Workflow{TState}, TState, string, CancellationToken)"/>
    public Task<WorkflowRun<TState>> GetOrStartAsync<TState>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        StartOptions? options,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        GetOrBeginAsync<TState>(new(workflow, initial, runId, null, options), cancellationToken);

    /// <inheritdoc cref="GetOrStartAsync{TState}(Workflow{TState}, TState, string, CancellationToken)"/>
    public Task<WorkflowRun<TState>> GetOrStartAsync<TState, TInput>(
        Workflow<TState> workflow,
        TState initial,
        string runId,
        TInput input,
        StartOptions? options,
        CancellationToken cancellationToken = default
    )
        where TState : notnull =>
        GetOrBeginAsync<TState>(
            new(workflow, initial, runId, GivenInput.Of(input), options),
            cancellationToken
        );

    /// <summary>A handle of a run; asks nothing until it is used.</summary>
    /// <exception cref="CanoException">`configuration`: the workflow was not added.</exception>
    public WorkflowRun<TState> Run<TState>(Workflow<TState> workflow, string runId)
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(workflow);
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ThrowIfDisposed();
        return new WorkflowRun<TState>(this, _runs.Workflows.Of(workflow), runId);
    }

    /// <summary>As StartAsync.</summary>
    internal async Task<WorkflowRun<TState>> BeginAsync<TState>(
        WantedRun<TState> wanted,
        CancellationToken cancel,
        InboxItem? signal = null
    )
        where TState : notnull
    {
        ThrowIfDisposed();
        var (workflow, initial, runId, input, options) = wanted.Checked;
        if (_runs.IsSuspended)
            throw EngineErrors.Suspended();
        var known = _runs.Workflows.Of(workflow);
        await CheckIdAsync(runId, known.Bound.Setup.SuffixMax).ConfigureAwait(false);
        var request = new RunRequest(runId)
        {
            Input = input is null ? null : input with { IsHandedOn = _isInMemory },
            Tags = GivenTags.Of(options),
            NotBefore = options?.NotBefore?.ToUniversalTime(),
            Trace = Spans.Caller,
            Signal = signal,
        };
        try
        {
            await _runs.StartAsync(known, initial, request, wanted.WhenBegun, cancel).ConfigureAwait(false);
        }
        catch (CanoException failure) when (EndedRun.IsOfAnother(failure, runId))
        {
            throw EngineErrors.HasBegun(runId, known.Name);
        }

        return new WorkflowRun<TState>(this, known, runId);
    }

    /// <summary>Refuses an id that none can be, that leaves no room for those of its children, or that a
    /// child of a run that is there may have.</summary>
    private async ValueTask CheckIdAsync(string runId, int suffixMax)
    {
        if ((RunIdRule.Problem(runId) ?? RunIdRule.ProblemOfChildren(runId, suffixMax)) is { } problem)
            throw InvalidConfiguration.Of(problem);
        foreach (var parent in ChildId.ParentsOf(runId))
            if (
                await StoreCall
                    .AskAsync("find run", () => StoreListing.FindAsync(_runs.Store.Now, parent))
                    .ConfigureAwait(false)
                is not null
            )
                throw EngineErrors.IsOfChild(runId, parent);
    }

    private async Task<WorkflowRun<TState>> GetOrBeginAsync<TState>(
        WantedRun<TState> wanted,
        CancellationToken cancel
    )
        where TState : notnull
    {
        ThrowIfDisposed();
        var (workflow, initial, runId, input, options) = wanted.Checked;
        var known = _runs.Workflows.Of(workflow);
        ThrowIfForgotten(known, "to get or start one");
        while (true)
        {
            if (await IsThereAsync(known, initial, runId, input, cancel).ConfigureAwait(false))
                return new WorkflowRun<TState>(this, known, runId);
            try
            {
                return await BeginAsync(wanted, cancel).ConfigureAwait(false);
            }
            catch (CanoException raced) when (raced.Error.Fault.IsWorkflow && !cancel.IsCancellationRequested)
            {
                await OtherAsync(runId, cancel).ConfigureAwait(false);
            }
            catch (CanoException late) when (late.Error.Fault.IsSuspended)
            {
                // Somebody else may begin it who came before the engine was suspended.
                if (_runs.Find(runId) is { } other)
                    await other.Granted.WaitAsync(cancel).ConfigureAwait(false);
                if (!await IsThereAsync(known, initial, runId, input, cancel).ConfigureAwait(false))
                    throw;
                return new WorkflowRun<TState>(this, known, runId);
            }
        }
    }

    /// <summary>Somebody else has begun a run meanwhile, or has tried in vain too, and is waited
    /// for.</summary>
    private async Task OtherAsync(string runId, CancellationToken cancel)
    {
        if (_runs.Find(runId) is { } other)
            await Task.WhenAny(other.Begun, other.Ended).WaitAsync(cancel).ConfigureAwait(false);
    }

    private static void ThrowIfForgotten<TState>(EngineWorkflow<TState> workflow, string wish)
        where TState : notnull
    {
        if (workflow.Bound.Setup.Options.Retention == Retention.Clear)
            throw InvalidConfiguration.Of(
                $"Runs of workflow '{workflow.Name}' are forgotten at once (Retention.Clear), so that {wish} could begin it twice: keep them for a time"
            );
    }

    /// <summary>Whether a run of this id is there, which has to be the one that is asked for. One that nobody
    /// works on is taken up.</summary>
    private async ValueTask<bool> IsThereAsync<TState>(
        EngineWorkflow<TState> workflow,
        TState initial,
        string runId,
        GivenInput? input,
        CancellationToken cancel
    )
        where TState : notnull
    {
        var rows = await StoredEnd.RowsAsync(_runs.Store.Now, runId, cancel).ConfigureAwait(false);
        if (rows.Count == 0)
            return false;
        var values = workflow.Bound.Setup.Options.Values;
        var first = EncodedRows.Told(runId, [rows[0]], values)[0];
        var start = first.Start;
        if (start?.WorkflowName != workflow.Name)
            throw EngineErrors.Differs(runId, "workflow", start?.WorkflowName, workflow.Name);
        var name = workflow.NameOf(initial);
        if (start.InitialState is { } began && began != name)
            throw EngineErrors.Differs(runId, "initial state", began, name);
        if (!workflow.BeganAs(first, initial))
            throw EngineErrors.Differs(runId, $"initial state {name}", "as it was", $"another {name}");
        if (!SameInput.Is(start.Input, input, workflow.Bound.Setup.Options))
            throw EngineErrors.Differs(runId, "input", SameInput.Told(start.Input), SameInput.Told(input));
        if (StoredEnd.IsEnd(StoredEnd.StatusOf(rows[^1].Status)) || _runs.IsSuspended)
            return true;
        if (
            _runs.Workflows.Find(start.WorkflowName, rows[^1].WorkflowVersion) is { } own
            && !await IsSetAsideAsync(runId).ConfigureAwait(false)
        )
            // Not awaited: a body may ask for its own run, which is told to rest.
            _ = _runs.TakeUpAsync(runId, own);
        return true;
    }

    /// <summary>A run that killed its processes waits for a person, however often it is asked for.</summary>
    private async ValueTask<bool> IsSetAsideAsync(string runId)
    {
        var run = await StoreCall
            .AskAsync("find run", () => StoreListing.FindAsync(_runs.Store.Now, runId))
            .ConfigureAwait(false);
        return run?.Status == RunStatus.Quarantined;
    }
}
