using Cano.Runtime.Telemetry;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Runtime.Resilience;

/// <summary>Waits for a meter.</summary>
internal static class RateWait
{
    /// <summary>Takes n units as soon as they are there: sleeps for what is missing, and looks
    /// again.</summary>
    public static ValueTask AcquireAsync(IRefundableMeter meter, int n, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        if (stop.IsCancellationRequested)
            return ValueTask.FromCanceled(stop);
        return meter.TryTake(n, out _) ? ValueTask.CompletedTask : SlowlyAsync(meter, n, stop);
    }

    /// <summary>Sleeps; a cancellation throws.</summary>
    public static async ValueTask ForAsync(TimeSpan span, TimeProvider time, CancellationToken stop)
    {
        await Delay.ForAsync(span, time, stop).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
    }

    private static async ValueTask SlowlyAsync(IRefundableMeter meter, int n, CancellationToken stop)
    {
        var since = GuardInstruments.LimiterWait.Enabled ? meter.Time.GetTimestamp() : (long?)null;
        do await ForAsync(meter.TimeUntil(n), meter.Time, stop).ConfigureAwait(false);
        while (!meter.TryTake(n, out _));
        if (since is { } begun)
            Measuring.Safely(
                NullLogger.Instance,
                () => GuardInstruments.LimiterWait.Record(meter.Time.GetElapsedTime(begun).TotalSeconds)
            );
    }
}
