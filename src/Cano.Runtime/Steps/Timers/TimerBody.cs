using Cano.Kernel;
using Cano.Runtime.Scope;
using Cano.Runtime.Time;

namespace Cano.Runtime.Steps.Timers;

/// <summary>A wait whose due time is journaled, then a choice of the next state.</summary>
internal sealed class TimerBody<TState>(ITimerTask<TState> timer) : WaitingBody<TState>
    where TState : notnull
{
    private readonly TaskConfig _config = TaskValidation.RequireConfig(timer.Config, timer.Name);

    public override string TaskName => timer.Name;

    public override StepKind Define() => StepKind.NewTimer(_config.Policy);

    public override async ValueTask<RunEvent> PerformAsync(VisitScope<TState> run)
    {
        var time = run.Options.Time;
        var end = run.BeginAttempt(_config.AttemptTimeout);
        var outcome = await run.CallAsync(_config.Rules, AskAsync).ConfigureAwait(false);
        var due = outcome.Due(time.GetUtcNow());
        run.OptionalState.SpanEnd = outcome.Span is { } span
            ? new SpanEnd(due, Moment.After(span, time))
            : null;
        return RunEvent.NewAnswered(run.Visit, Answer.NewWaitRequested(new WaitRequest(due, end, null)));
    }

    public override async ValueTask<RunEvent> ContinueAsync(VisitScope<TState> run, Fact fact)
    {
        // Rows of earlier builds do not tell when an attempt has lasted too long.
        var left = run.LeftOfAttempt((fact as Fact.WaitStarted)?.Item.Until) ?? _config.AttemptTimeout;
        // What is called may have broken down meanwhile, so the breaker is asked again.
        return run.Answered(
            await run.CallAsync(_config.Rules with { Limit = left }, ChooseAsync).ConfigureAwait(false)
        );
    }

    private ValueTask<TimerOutcome> AskAsync(TaskContext context, CancellationToken cancel) =>
        context.CallAsync(
            UserCallKind.Body,
            timer,
            static (timer, context, cancel) => timer.WaitAsync(context, cancel),
            cancel
        );

    private ValueTask<TState> ChooseAsync(TaskContext context, CancellationToken cancel) =>
        context.CallAsync(
            UserCallKind.Body,
            timer,
            static (timer, context, cancel) => timer.AfterWaitAsync(context, cancel),
            cancel
        );
}

/// <summary>A timer made of a span and the state that follows.</summary>
internal sealed class FixedTimer<TState>(string name, TimeSpan wait, TState next) : ITimerTask<TState>
{
    public string Name => name;

    public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken) =>
        new(TimerOutcome.After(wait));

    public ValueTask<TState> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken) =>
        new(next);
}
