using Cano.Kernel;
using Cano.Runtime.Scope;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp.Scheduling;

/// <summary>One flow of a running scheduler: tells the kernel what happens, sets timers and starts runs as it
/// says.</summary>
internal sealed partial class ScheduledFlow
{
    private readonly Lock _gate = new();
    private readonly FlowPlan _plan;
    private readonly IFlowWork _work;
    private readonly FlowJournal? _journal;
    private readonly TimeProvider _time;
    private readonly FlowMember _first;
    private readonly string _schedule;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FlowState _flow = FlowState.Fresh;
    private WorkOutcome? _last;
    private FlowRun? _run;
    private Alarm? _alarm;

    public ScheduledFlow(FlowRegistration registration, FlowJournal? journal, TimeProvider time)
    {
        _plan = registration.Plan;
        _work = registration.Work;
        _schedule = registration.ScheduleText;
        _journal = journal;
        _time = time;
        _first = _work.Members.Count > 0 ? _work.Members[0] : FlowMember.None;
    }

    public string Id => _plan.Id;

    /// <summary>Completes when the flow was stopped and nothing of it is under way.</summary>
    public Task Ended => _ended.Task;

    public FlowInfo Info
    {
        get
        {
            lock (_gate)
            {
                var error = _run?.Trouble ?? _flow.LastError ?? (_last is null ? _journal?.Complaint : null);
                return new FlowInfo(
                    Id,
                    _flow.Status,
                    _flow.RunCount,
                    _flow.LastRun,
                    _flow.Streak,
                    _flow.Eligible,
                    _flow.Due,
                    error,
                    _work.IsConcurrent,
                    _last?.CompletedCount ?? 0,
                    _last?.FailedCount ?? 0,
                    _flow.SkipCount
                )
                {
                    Schedule = _schedule,
                    IsPaused = _flow.IsPaused,
                };
            }
        }
    }

    public void Start() =>
        Launch(Tell(FlowEvent.NewStarted(_time.GetUtcNow(), _journal?.Memory ?? FlowMemory.None)));

    /// <summary>Nothing is started until the flow is released, and the run under way rests.</summary>
    public void Hold() => Tell(FlowEvent.HoldAsked).Suspended?.Suspend();

    /// <summary>After it was held the flow goes on as after a time in which nobody could start
    /// anything.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: its journal cannot be read.</exception>
    public async Task ReleaseAsync()
    {
        lock (_gate)
            if (!_flow.IsHeld)
                return;
        // A body that outlasted the grace runs still: its run settles the journal by itself.
        if (_journal is not null && Info.Status != FlowStatus.Running)
            await _journal.RefreshAsync().ConfigureAwait(false);
        Start();
    }

    /// <summary>The schedule starts nothing any more; durably, where the flow is journaled.</summary>
    /// <exception cref="CanoException">`workflow`: the scheduler stops; `checkpoint_store`.</exception>
    public async Task PauseAsync()
    {
        Asked(FlowEvent.PauseAsked);
        if (_journal is not null)
            await _journal.PauseAsync(true).ConfigureAwait(false);
    }

    /// <summary>The schedule goes on.</summary>
    /// <exception cref="CanoException">`workflow`: the scheduler stops; `checkpoint_store`.</exception>
    public async Task ContinueAsync()
    {
        if (_journal is not null)
            await _journal.PauseAsync(false).ConfigureAwait(false);
        Launch(Asked(FlowEvent.NewContinueAsked(_time.GetUtcNow())));
    }

    /// <summary>Starts a run now.</summary>
    /// <exception cref="CanoException">`workflow`: the flow runs already, has tripped, or the scheduler
    /// stops.</exception>
    public void Trigger() => Launch(Asked(FlowEvent.NewTriggerAsked(_time.GetUtcNow())));

    /// <summary>Forgets the failures.</summary>
    /// <exception cref="CanoException">`workflow`: the scheduler stops.</exception>
    public void Reset() => Asked(FlowEvent.NewResetAsked(_time.GetUtcNow()));

    /// <summary>Cancels the run under way; completes when it has.</summary>
    /// <exception cref="CanoException">`workflow`: the scheduler stops.</exception>
    public Task Cancel()
    {
        var doing = Asked(FlowEvent.CancelAsked);
        doing.Cancelled?.Cancel();
        return doing.UnderWay?.Ended.Task ?? Task.CompletedTask;
    }

    /// <summary>Starts nothing any more, and tells the run under way to rest.</summary>
    public void Stop() => Tell(FlowEvent.StopAsked).Suspended?.Suspend();

    private FlowCommands Asked(FlowEvent question)
    {
        var doing = Tell(question);
        return doing.Refusal is { } reason
            ? throw new CanoException(CanoError.Of(Fault.NewWorkflow(reason)))
            : doing;
    }

    /// <summary>One decision. The run it starts is there when the gate opens, so that no request to stop can
    /// miss it.</summary>
    private FlowCommands Tell(FlowEvent happened)
    {
        FlowCommands doing;
        lock (_gate)
        {
            var transition = Flow.Step(_plan, _flow, happened);
            _flow = transition.Flow;
            doing = new FlowCommands(_run);
            foreach (var effect in transition.Effects)
                effect.Accept(doing);
            if (doing.Alarm is { } alarm)
                Set(alarm);
            _run = _flow.Status == FlowStatus.Running ? doing.Started ?? _run : null;
            if (doing.IsEnd)
                _ended.TrySetResult();
        }

        foreach (var (occurrence, reason) in doing.Skipped)
            LogSkip(_first.Logger, Id, occurrence, reason);
        return doing;
    }

    private void Set((long Timer, TimeSpan? Span) alarm)
    {
        _alarm?.Dispose();
        _alarm = alarm.Span is { } span ? new Alarm(span, _time, Ring, alarm.Timer) : null;
    }

    /// <summary>A timer's thread is nobody's, so a run may begin on it: on virtual time it has got as far as
    /// it can when the clock moves on.</summary>
    private void Ring(object? timer)
    {
        if (Tell(FlowEvent.NewRang((long)timer!, _time.GetUtcNow())).Started is { } run)
            _ = RunAsync(run);
    }

    /// <summary>A caller's thread is not for bodies that do not await.</summary>
    private void Launch(FlowCommands doing)
    {
        if (doing.Started is { } run)
            Detached.Run(() => RunAsync(run));
    }

    [LoggerMessage(400, LogLevel.Information, "Flow {Flow}: {Occurrence:O} is passed over ({Reason})")]
    private static partial void LogSkip(
        ILogger logger,
        string flow,
        DateTimeOffset occurrence,
        SkipReason reason
    );
}
