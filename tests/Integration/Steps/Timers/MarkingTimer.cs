namespace Cano.Integration.Steps.Timers;

/// <summary>A timer that marks when it is asked, and when its wait is over.</summary>
internal sealed record MarkingTimer(TimerOutcome Outcome, Trail Trail, Func<double> Clock) : ITimerTask<Stage>
{
    public TaskConfig Settings { get; init; } = TaskConfig.Minimal;

    /// <summary>What fails: "wait" or "after".</summary>
    public string? Fails { get; init; }

    /// <summary>Work after the wait.</summary>
    public Func<CancellationToken, Task> After { get; init; } = _ => Task.CompletedTask;

    public TaskConfig Config => Settings;

    public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken)
    {
        Mark("wait");
        return new(Outcome);
    }

    public async ValueTask<Stage> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken)
    {
        Mark("after");
        await After(cancellationToken);
        return Stage.End;
    }

    private void Mark(string what)
    {
        Trail.Add($"{what} at {Clock()}");
        if (what == Fails)
            throw new IOException(what);
    }
}
