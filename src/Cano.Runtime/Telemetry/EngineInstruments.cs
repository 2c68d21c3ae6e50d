using System.Diagnostics.Metrics;

namespace Cano.Runtime.Telemetry;

/// <summary>What is measured of engines.</summary>
internal static class EngineInstruments
{
    private static readonly InstrumentSet s_set = new();

    public static readonly Histogram<double> ResumeDuration = s_set.Seconds(
        "cano.resume.duration",
        "How long it took to read and claim a run that goes on."
    );

    /// <summary>The runs of the engines that are open.</summary>
    public static readonly ObservedSums Runs = new();

    static EngineInstruments() =>
        s_set.Gauge(
            "cano.engine.runs",
            "{run}",
            "Runs that open engines have in hand, by what they do.",
            Runs.Look
        );

    public static IReadOnlyList<TelemetryInstrument> All => s_set.All;
}
