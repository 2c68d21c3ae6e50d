using Cano.Kernel;
using Cano.Runtime.Errors;
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
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FlowState _flow = FlowState.Fresh;
    private WorkOutcome? _last;
    private FlowRun? _run;
    private Alarm? _alarm;

    public ScheduledFlow(FlowRegistration registration, FlowJournal? journal, TimeProvider time)
    {
        _plan = registration.Plan;
        _work = registration.Work;
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
                var error = _flow.LastError ?? (_last is null ? _journal?.Complaint : null);
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
                );
            }
        }
    }

    public void Start() =>
        Launch(Tell(FlowEvent.NewStarted(_time.GetUtcNow(), _journal?.LastOver, _journal?.Interrupted)));

    /// <summary>Starts a run now.</summary>
    /// <exception cref="CanoException">`workflow`: the flow runs already, has tripped, or the scheduler
    /// stops.</exception>
    public void Trigger() => Launch(Asked(FlowEvent.NewTriggerAsked(_time.GetUtcNow())));

    /// <summary>Forgets the failures.</summary>
    /// <exception cref="CanoException">`workflow`: the scheduler stops.</exception>
    public void Reset() => Asked(FlowEvent.NewResetAsked(_time.GetUtcNow()));

    /// <summary>Tells the run under way to stop; completes when it has.</summary>
    /// <exception cref="CanoException">`workflow`: the scheduler stops.</exception>
    public Task Cancel()
    {
        var doing = Asked(FlowEvent.CancelAsked);
        doing.Cancelled?.Cancel(discards: true);
        return doing.UnderWay?.Ended.Task ?? Task.CompletedTask;
    }

    /// <summary>Starts nothing any more, and tells the run under way to stop.</summary>
    public void Stop() => Tell(FlowEvent.StopAsked).Cancelled?.Cancel(discards: false);

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

    /// <summary>A run, and one after another what it has missed.</summary>
    private async Task RunAsync(FlowRun run)
    {
        for (FlowRun? next = run; next is not null; )
            next = await RunOnceAsync(next).ConfigureAwait(false);
    }

    /// <summary>Returns the run that follows at once; null when none does.</summary>
    private async Task<FlowRun?> RunOnceAsync(FlowRun run)
    {
        var outcome = await OutcomeAsync(run).ConfigureAwait(false);
        var now = _time.GetUtcNow();
        // Cancelled is what was cancelled from here; a run may end so by a limit of its own.
        if (outcome.Error is { } error && !(error.Fault.IsCancelled && run.Stop.IsCancellationRequested))
            LogFailure(_first.Logger, Id, run.Occurrence, error.Message);
        lock (_gate)
            _last = outcome.IsPassedOver ? _last : outcome;
        var next = Tell(
            outcome.IsPassedOver
                ? FlowEvent.NewRunPassedOver(now)
                : FlowEvent.NewRunEnded(outcome.Error, now, _first.Options.Random.NextDouble())
        );
        run.Ended.TrySetResult();
        return next.Started;
    }

    private async Task<WorkOutcome> OutcomeAsync(FlowRun run)
    {
        try
        {
            return _journal is null
                ? await _work.RunAsync(new FlowOccurrence(Id, run.Occurrence, run.Stop)).ConfigureAwait(false)
                : await _journal.RunAsync(run).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            // Whatever escapes is a failure: a flow is never left running when nothing runs.
            return new WorkOutcome(Faults.OfTask(thrown));
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Flow {Flow}: the run of {Occurrence} failed: {Error}"
    )]
    private static partial void LogFailure(
        ILogger logger,
        string flow,
        DateTimeOffset occurrence,
        string error
    );

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Flow {Flow}: {Occurrence} is passed over ({Reason})"
    )]
    private static partial void LogSkip(
        ILogger logger,
        string flow,
        DateTimeOffset occurrence,
        SkipReason reason
    );
}
