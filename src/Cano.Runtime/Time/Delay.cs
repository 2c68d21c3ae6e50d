namespace Cano;

/// <summary>Waits on an injected clock.</summary>
internal static class Delay
{
    /// <summary>Returns after the span, or as soon as `stop` is signalled.</summary>
    public static async ValueTask ForAsync(TimeSpan span, TimeProvider time, CancellationToken stop)
    {
        if (span <= TimeSpan.Zero || stop.IsCancellationRequested)
            return;
        var over = new TaskCompletionSource();
        using var alarm = new Alarm(span, time, End, over);
        using var stopped = stop.UnsafeRegister(End, over);
        await over.Task.ConfigureAwait(false);
    }

    /// <summary>Returns at the instant, or as soon as `stop` is signalled.</summary>
    public static async ValueTask UntilAsync(DateTimeOffset due, TimeProvider time, CancellationToken stop)
    {
        // The wall clock may be set while this waits, so it is asked again.
        for (var left = due - time.GetUtcNow(); left > TimeSpan.Zero; left = due - time.GetUtcNow())
        {
            if (stop.IsCancellationRequested)
                return;
            await ForAsync(left, time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>The end of a span that begins now; the end of all time at the latest.</summary>
    public static DateTimeOffset End(DateTimeOffset now, TimeSpan span) =>
        span < DateTimeOffset.MaxValue - now ? now + span : DateTimeOffset.MaxValue;

    private static void End(object? over) => ((TaskCompletionSource)over!).TrySetResult();
}
