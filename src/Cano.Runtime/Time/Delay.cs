using Cano.Runtime.Errors;

namespace Cano.Runtime.Time;

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
        ThrowIfFailed(alarm);
    }

    /// <summary>Returns at either moment, if there is one, or as soon as `woken` is completed, if there is
    /// such a thing, or `stop` is signalled.</summary>
    public static async ValueTask UntilAsync(
        Moment? due,
        Moment? limit,
        Task? woken,
        TimeProvider time,
        CancellationToken stop
    )
    {
        if (IsOver())
            return;
        var over = new TaskCompletionSource();
        using var first = due is { } end ? new Alarm(end, time, End, over) : null;
        using var second = limit is { } last ? new Alarm(last, time, End, over) : null;
        using var stopped = stop.UnsafeRegister(End, over);
        if (IsOver())
            return;
        await (woken is null ? over.Task : Task.WhenAny(over.Task, woken)).ConfigureAwait(false);
        ThrowIfFailed(first);
        ThrowIfFailed(second);

        bool IsOver() =>
            woken is { IsCompleted: true }
            || stop.IsCancellationRequested
            || due?.Left(time) <= TimeSpan.Zero
            || limit?.Left(time) <= TimeSpan.Zero;
    }

    /// <summary>The end of a span that begins now; the end of all time at the latest.</summary>
    public static DateTimeOffset End(DateTimeOffset now, TimeSpan span) =>
        span < DateTimeOffset.MaxValue - now ? now + span : DateTimeOffset.MaxValue;

    private static void ThrowIfFailed(Alarm? alarm)
    {
        if (alarm?.Failure is { } thrown)
            throw new CanoException(Faults.OfClock(thrown), thrown);
    }

    private static void End(object? over) => ((TaskCompletionSource)over!).TrySetResult();
}
