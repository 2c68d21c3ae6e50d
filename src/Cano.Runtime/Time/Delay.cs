using Cano.Runtime.Errors;

namespace Cano.Runtime.Time;

/// <summary>Waits on an injected clock.</summary>
internal static class Delay
{
    /// <summary>A clock that goes on by more than this while an alarm is set has been set itself.</summary>
    private static readonly TimeSpan s_setMin = TimeSpan.FromSeconds(1);

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
        while (woken is not { IsCompleted: true } && !stop.IsCancellationRequested)
        {
            var left = Left();
            if (left <= TimeSpan.Zero)
                return;
            var over = new TaskCompletionSource();
            using var alarm = left is { } span ? new Alarm(span, time, End, over) : null;
            using var stopped = stop.UnsafeRegister(End, over);
            // It would ring as much too late as the clock went on meanwhile.
            var now = Left();
            if (now <= TimeSpan.Zero || left - now > s_setMin)
                continue;
            await (woken is null ? over.Task : Task.WhenAny(over.Task, woken)).ConfigureAwait(false);
            ThrowIfFailed(alarm);
        }

        TimeSpan? Left() => Earlier(due?.Sleep(time), limit?.Sleep(time));
    }

    /// <summary>The end of a span that begins now; the end of all time at the latest.</summary>
    public static DateTimeOffset End(DateTimeOffset now, TimeSpan span) =>
        span < DateTimeOffset.MaxValue - now ? now + span : DateTimeOffset.MaxValue;

    private static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) => one < other ? one : other ?? one;

    private static void ThrowIfFailed(Alarm? alarm)
    {
        if (alarm?.Failure is { } thrown)
            throw new CanoException(Faults.OfClock(thrown), thrown);
    }

    private static void End(object? over) => ((TaskCompletionSource)over!).TrySetResult();
}
