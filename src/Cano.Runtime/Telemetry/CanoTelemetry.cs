using Cano.Runtime.Telemetry;

namespace Cano;

/// <summary>What the engine tells of itself to whoever listens: spans of one activity source, and the
/// instruments of one meter. Nothing is computed, and nothing allocated, while nobody listens.</summary>
/// <remarks>Names, units and tags are a public contract: `docs/telemetry.md` has them all. A run is traced
/// and measured from its start or its resume in this process, if somebody listens then.</remarks>
public static class CanoTelemetry
{
    /// <summary>The name of the activity source of spans: what `AddSource` is given.</summary>
    public const string ActivitySourceName = "Cano";

    /// <summary>The name of the meter: what `AddMeter` is given.</summary>
    public const string MeterName = "Cano";

    /// <summary>Every instrument of the meter, by name.</summary>
    public static IReadOnlyList<TelemetryInstrument> Describe() =>
        [
            .. (
                (IEnumerable<IReadOnlyList<TelemetryInstrument>>)
                    [
                        Instruments.All,
                        EngineInstruments.All,
                        FlowInstruments.All,
                        GuardInstruments.All,
                        JournalInstruments.All,
                    ]
            )
                .SelectMany(instruments => instruments)
                .OrderBy(known => known.Name, StringComparer.Ordinal),
        ];
}
