namespace Cano.Faster.Indexes;

/// <summary>What the index keeps of a row.</summary>
/// <param name="Sequence">The row's place in its run.</param>
/// <param name="Kind">What the row says.</param>
/// <param name="Status">What the run is after it.</param>
/// <param name="Visit">The entry of a state that it belongs to.</param>
/// <param name="State">The stable name of that state.</param>
/// <param name="WorkflowName">The workflow's name; null in most rows.</param>
/// <param name="WorkflowVersion">The version that wrote it.</param>
/// <param name="Ticks">When it was written, in UTC ticks.</param>
internal readonly record struct RowFacts(
    long Sequence,
    RowKind Kind,
    RowStatus Status,
    long Visit,
    string State,
    string? WorkflowName,
    uint WorkflowVersion,
    long Ticks
)
{
    public static RowFacts Of(CheckpointRow row, long ticks) =>
        new(
            row.Sequence,
            row.Kind,
            row.Status,
            row.Visit,
            row.State,
            row.WorkflowName,
            row.WorkflowVersion,
            ticks
        );
}
