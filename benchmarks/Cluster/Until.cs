namespace Cano.Benchmarks.Cluster;

/// <summary>A timer until one instant for all runs.</summary>
internal sealed class Until<TState>(DateTimeOffset instant, TState next) : ITimerTask<TState>
{
    public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken) =>
        new(TimerOutcome.Until(instant));

    public ValueTask<TState> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken) =>
        new(next);
}
