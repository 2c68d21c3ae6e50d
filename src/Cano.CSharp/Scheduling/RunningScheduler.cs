using Cano.CSharp.Scheduling;
using Cano.Runtime.Scope;
using Cano.Runtime.Time;

namespace Cano;

/// <summary>A scheduler at work.</summary>
/// <remarks>It goes on until it is stopped, whether or not anybody keeps this object, as timers and hosted
/// services of .NET do: dispose of it, or give <see cref="Scheduler.StartAsync"/> a token.</remarks>
public sealed class RunningScheduler : IAsyncDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly List<ScheduledFlow> _flows;
    private readonly Dictionary<string, ScheduledFlow> _byId;
    private readonly FlowResources _resources;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource<StopResult> _stopped = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private CancellationTokenRegistration _stopRequest;
    private int _isStopping;

    private RunningScheduler(List<ScheduledFlow> flows, FlowResources resources, TimeProvider time)
    {
        _flows = flows;
        _byId = flows.ToDictionary(flow => flow.Id);
        _resources = resources;
        _time = time;
    }

    /// <summary>Whether a run of any flow is under way.</summary>
    public bool HasRunningFlows => _flows.Exists(flow => flow.Info.Status == FlowStatus.Running);

    internal static RunningScheduler Start(
        List<ScheduledFlow> flows,
        FlowResources resources,
        TimeProvider time,
        CancellationToken stop
    )
    {
        var running = new RunningScheduler(flows, resources, time);
        foreach (var flow in flows)
            flow.Start();
        running._stopRequest = stop.UnsafeRegister(
            static it => _ = ((RunningScheduler)it!).StopAsync(),
            running
        );
        return running;
    }

    /// <summary>Runs a flow now, in a back-off too. Completes when the run has started.</summary>
    /// <exception cref="CanoException">`workflow`: no such flow, it runs already, it has tripped, or the
    /// scheduler is stopping.</exception>
    public Task TriggerAsync(string id, CancellationToken cancellationToken = default) =>
        AskAsync(id, flow => flow.Trigger(), cancellationToken);

    /// <summary>Forgets a flow's failures: it is neither backing off nor tripped any more, and its schedule
    /// goes on.</summary>
    /// <exception cref="CanoException">`workflow`: no such flow, or the scheduler is stopping.</exception>
    public Task ResetFlowAsync(string id, CancellationToken cancellationToken = default) =>
        AskAsync(id, flow => flow.Reset(), cancellationToken);

    /// <summary>Cancels the flow's run under way for good, if there is one; completes when it has ended, its
    /// completed steps undone. The run is not gone on with later. The schedule goes on.</summary>
    /// <param name="id">The flow.</param>
    /// <param name="cancellationToken">Gives up waiting for the end of the run.</param>
    /// <exception cref="CanoException">`workflow`: no such flow, or the scheduler is stopping.</exception>
    public async Task CancelFlowAsync(string id, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Of(id).Cancel().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A flow's schedule starts nothing until <see cref="ContinueFlowAsync"/>; a run under way goes
    /// on, and <see cref="TriggerAsync"/> starts one all the same. On a journaled flow it is durable: the
    /// next scheduler, and others that share the store, hold to it.</summary>
    /// <param name="id">The flow.</param>
    /// <param name="cancellationToken">Stops the waiting; the flow is paused all the same.</param>
    /// <exception cref="CanoException">`workflow`: no such flow, or the scheduler is stopping;
    /// `checkpoint_store`: it could not be made durable.</exception>
    public async Task PauseFlowAsync(string id, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Of(id).PauseAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A flow's schedule goes on after a pause; what fell due meanwhile is as after a time in which
    /// the process was down. Of one that is not paused nothing changes.</summary>
    /// <inheritdoc cref="PauseFlowAsync"/>
    public async Task ContinueFlowAsync(string id, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Of(id).ContinueAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a flow is doing; null when there is no such flow.</summary>
    public FlowInfo? Status(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _byId.GetValueOrDefault(id)?.Info;
    }

    /// <summary>What every flow is doing, in the order of registration.</summary>
    public IReadOnlyList<FlowInfo> List() => [.. _flows.Select(flow => flow.Info)];

    /// <summary>Starts nothing any more, tells what runs to rest, waits for it, and tears resources down,
    /// newest first. Journaled runs are gone on with by the next scheduler, and nothing of them is undone; of
    /// a run without a journal what it completed is. The first call decides; every other one waits for the
    /// same end.</summary>
    /// <param name="deadline">The longest it may take in all, not negative, on the scheduler's clock; 30 s
    /// unless given.</param>
    /// <param name="cancellationToken">Gives up waiting; the scheduler stops all the same.</param>
    public Task<StopResult> StopAsync(
        TimeSpan? deadline = null,
        CancellationToken cancellationToken = default
    )
    {
        if (deadline is { } span)
            ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero, nameof(deadline));
        if (Interlocked.Exchange(ref _isStopping, 1) == 0)
            _ = StopByAsync(deadline ?? s_deadline);
        return _stopped.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Completes when the scheduler has stopped.</summary>
    public Task WaitAsync(CancellationToken cancellationToken = default) =>
        _stopped.Task.WaitAsync(cancellationToken);

    /// <summary>Stops, as <see cref="StopAsync"/> does.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task StopByAsync(TimeSpan deadline) =>
        _stopped.TrySetResult(await ShutDownAsync(deadline).ConfigureAwait(false));

    private async Task<StopResult> ShutDownAsync(TimeSpan deadline)
    {
        using var limit = new TimeLimit(deadline, _time);
        _stopRequest.Unregister();
        foreach (var flow in _flows)
            flow.Stop();
        await UntilAsync(Task.WhenAll(_flows.Select(flow => flow.Ended)), limit).ConfigureAwait(false);
        // Elsewhere, for a teardown may block its thread, and with nothing that flows with who stops.
        Task teardown;
        using (Detached.Begin())
            teardown = Task.Run(_resources.TeardownAsync);
        await UntilAsync(teardown, limit).ConfigureAwait(false);
        string[] still = [.. _flows.Where(flow => !flow.Ended.IsCompleted).Select(flow => flow.Id)];
        // Nobody ran over the deadline, but somebody's teardown does.
        if (still.Length == 0 && !teardown.IsCompleted)
            still = [.. _resources.Held.Distinct()];
        return new StopResult(still.Length == 0, still);
    }

    /// <summary>Whether it was told to stop.</summary>
    internal bool IsStopping => Volatile.Read(ref _isStopping) != 0;

    /// <summary>Its flows start nothing until <see cref="ReleaseAsync"/>; runs under way rest.</summary>
    internal void Hold()
    {
        foreach (var flow in _flows)
            flow.Hold();
    }

    /// <summary>What was held goes on.</summary>
    internal Task ReleaseAsync() => Task.WhenAll(_flows.Select(flow => flow.ReleaseAsync()));

    private static async Task UntilAsync(Task end, TimeLimit limit) =>
        await end.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task AskAsync(string id, Action<ScheduledFlow> ask, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        try
        {
            ask(Of(id));
            return Task.CompletedTask;
        }
        catch (CanoException refusal)
        {
            return Task.FromException(refusal);
        }
    }

    private ScheduledFlow Of(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _byId.GetValueOrDefault(id)
            ?? throw new CanoException(CanoError.Of(Fault.NewWorkflow(FlowRegistration.Unknown(id))));
    }
}
