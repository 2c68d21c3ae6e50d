using System.Diagnostics.Metrics;

namespace Cano.Runtime.Telemetry;

/// <summary>What is measured of schedules.</summary>
internal static class FlowInstruments
{
    private static readonly InstrumentSet s_set = new();

    public static readonly Counter<long> Runs = s_set.Counter(
        "cano.flow.runs",
        "{run}",
        "Runs of scheduled flows that ended or rest, each occurrence as one."
    );

    public static readonly Histogram<double> Duration = s_set.Seconds(
        "cano.flow.duration",
        "How long an occurrence of a flow was worked on."
    );

    public static readonly Histogram<double> Lag = s_set.Seconds(
        "cano.flow.lag",
        "How long behind its time an occurrence began."
    );

    public static readonly Counter<long> Backoffs = s_set.Counter(
        "cano.flow.backoffs",
        "{backoff}",
        "Flows that wait longer because they failed."
    );

    public static readonly Counter<long> Trips = s_set.Counter(
        "cano.flow.trips",
        "{trip}",
        "Flows that failed too often and start nothing until they are reset."
    );

    public static readonly UpDownCounter<long> Active = s_set.UpDownCounter(
        "cano.flows.active",
        "{flow}",
        "Flows that are worked on."
    );

    public static IReadOnlyList<TelemetryInstrument> All => s_set.All;

    public static bool AreHeard =>
        Runs.Enabled
        || Duration.Enabled
        || Lag.Enabled
        || Backoffs.Enabled
        || Trips.Enabled
        || Active.Enabled;
}
