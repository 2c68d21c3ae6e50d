using System.Diagnostics.Metrics;

namespace Cano.Runtime.Telemetry;

/// <summary>What is measured of the embedded journal.</summary>
internal static class JournalInstruments
{
    private static readonly InstrumentSet s_set = new();

    public static readonly Counter<long> Rows = s_set.Counter(
        "cano.journal.rows",
        "{row}",
        "Rows that the journal has on disk."
    );

    public static readonly Counter<long> Bytes = s_set.Counter(
        "cano.journal.bytes",
        "By",
        "Bytes that were written to the journal's log, copies of long-lived runs included."
    );

    public static readonly Histogram<double> FlushDuration = s_set.Seconds(
        "cano.journal.flush.duration",
        "How long a group took to be written and flushed, by the machine's clock."
    );

    public static readonly Histogram<long> GroupSize = s_set.Sizes(
        "cano.journal.group.size",
        "{frame}",
        "How many frames shared a flush: rows, claims and what else is written."
    );

    /// <summary>The sizes of the journals that are open.</summary>
    public static readonly ObservedSums Sizes = new();

    static JournalInstruments() =>
        s_set.Gauge("cano.journal.size", "By", "How much of their logs open journals keep.", Sizes.Look);

    public static IReadOnlyList<TelemetryInstrument> All => s_set.All;

    public static bool AreHeard =>
        Rows.Enabled || Bytes.Enabled || FlushDuration.Enabled || GroupSize.Enabled;
}
