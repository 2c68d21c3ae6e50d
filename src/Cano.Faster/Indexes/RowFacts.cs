using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Indexes;

/// <summary>What the index keeps of a row.</summary>
/// <param name="Sequence">The row's place in its run.</param>
/// <param name="Kind">What the row says.</param>
/// <param name="Status">What the run is after it.</param>
/// <param name="Visit">The entry of a state that it belongs to.</param>
/// <param name="State">The stable name of that state.</param>
/// <param name="WorkflowVersion">The version that wrote it.</param>
/// <param name="Ticks">When it was written, in UTC ticks.</param>
/// <param name="Signal">The entry of the inbox that it takes by its number; -1 where it names none.</param>
internal readonly record struct RowFacts(
    long Sequence,
    RowKind Kind,
    RowStatus Status,
    long Visit,
    string State,
    uint WorkflowVersion,
    long Ticks,
    long Signal = -1
)
{
    /// <summary>The workflow's name; null in most rows.</summary>
    public string? WorkflowName { get; init; }

    /// <summary>When the run was started, in UTC ticks; 0 in most rows.</summary>
    public long StartTicks { get; init; }

    /// <summary>When the run wakes by itself, in UTC ticks; 0 in most rows.</summary>
    public long WakeTicks { get; init; }

    /// <summary>Null in most rows.</summary>
    public RareFacts? Rare { get; init; }

    public static RowFacts Of(CheckpointRow row, long ticks) =>
        new(
            row.Sequence,
            row.Kind,
            row.Status,
            row.Visit,
            row.State,
            row.WorkflowVersion,
            ticks,
            InboxTaking.SignalOf(row)
        )
        {
            WorkflowName = row.WorkflowName,
            StartTicks = StartTicksOf(row, ticks),
            WakeTicks = UtcTicks.Of(row.WakesAt),
            Rare = RareFacts.Of(row.Category, row.Start?.Parent?.RunId, RunTags.Of(row.Start?.Tags)),
        };

    /// <summary>When the run of a row was started.</summary>
    public static long StartTicksOf(CheckpointRow row, long ticks) =>
        StartOfRun.TicksOf(row.Sequence, row.Start?.StartedAt, ticks);
}
