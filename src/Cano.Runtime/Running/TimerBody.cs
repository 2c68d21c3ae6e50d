using Cano.Kernel;

namespace Cano;

/// <summary>A wait whose due time is journaled, then a choice of the next state.</summary>
internal sealed class TimerBody<TState>(ITimerTask<TState> timer, bool isNamed) : PerformedBody<TState>
    where TState : notnull
{
    private readonly TaskPolicy _policy = timer.Config.Policy;

    public override string? TaskName => isNamed ? timer.Name : null;

    public override IEnumerable<TState> Targets => [];

    public override Step Define() => Step.NewTimer(_policy);

    public override async ValueTask<RunEvent> PerformAsync(Interpreter<TState> run)
    {
        var now = run.Options.Time.GetUtcNow();
        run.AttemptEnd = now + _policy.AttemptTimeout;
        var outcome = await run.CallAsync(_policy.AttemptTimeout, timer.WaitAsync).ConfigureAwait(false);
        return RunEvent.NewWaitRequested(run.Visit, outcome.Due(run.Options.Time.GetUtcNow()));
    }

    public async ValueTask<RunEvent> AfterWaitAsync(Interpreter<TState> run)
    {
        var left = run.AttemptEnd - run.Options.Time.GetUtcNow();
        if (left <= TimeSpan.Zero) throw new CanoException(Faults.AttemptTimeout);
        return run.Answered(await run.CallAsync(left, timer.AfterWaitAsync).ConfigureAwait(false));
    }
}

/// <summary>A timer made of a span and the state that follows.</summary>
internal sealed class FixedTimer<TState>(string name, TimeSpan wait, TState next) : ITimerTask<TState>
{
    public string Name => name;

    public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken) =>
        new(TimerOutcome.After(wait));

    public ValueTask<TState> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken) => new(next);
}
