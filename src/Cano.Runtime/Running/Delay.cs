namespace Cano;

/// <summary>Waits on an injected clock, for any length of time.</summary>
internal static class Delay
{
    // Timers of the platform take at most about 49 days.
    internal static TimeSpan TimerMax { get; } = TimeSpan.FromDays(40);

    /// <summary>Returns after the span, or as soon as `stop` is signalled.</summary>
    public static async ValueTask ForAsync(TimeSpan span, TimeProvider time, CancellationToken stop)
    {
        while (span > TimeSpan.Zero && !stop.IsCancellationRequested)
        {
            var part = span < TimerMax ? span : TimerMax;
            await Task.Delay(part, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            span -= part;
        }
    }

    /// <summary>Returns at the instant, or as soon as `stop` is signalled.</summary>
    public static async ValueTask UntilAsync(DateTimeOffset due, TimeProvider time, CancellationToken stop)
    {
        // The wall clock may be set while this waits, so it is asked again.
        for (var left = due - time.GetUtcNow(); left > TimeSpan.Zero; left = due - time.GetUtcNow())
        {
            if (stop.IsCancellationRequested) return;
            await ForAsync(left, time, stop).ConfigureAwait(false);
        }
    }
}
