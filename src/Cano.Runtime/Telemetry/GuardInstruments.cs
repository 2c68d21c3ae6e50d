using System.Diagnostics.Metrics;

namespace Cano.Runtime.Telemetry;

/// <summary>What is measured of circuit breakers and rate limiters, which belong to no run.</summary>
internal static class GuardInstruments
{
    private static readonly InstrumentSet s_set = new();

    public static readonly Counter<long> CircuitChanges = s_set.Counter(
        "cano.circuit.changes",
        "{change}",
        "Changes of circuit breakers, by what they let through since."
    );

    public static readonly Histogram<double> LimiterWait = s_set.Seconds(
        "cano.limiter.wait",
        "How long somebody waited for a rate limiter that had not enough at once."
    );

    public static IReadOnlyList<TelemetryInstrument> All => s_set.All;
}
