using System.Collections.Immutable;

namespace Cano.Reliability.Journals;

/// <summary>What a store has to know of a run after some deeds.</summary>
/// <param name="Rows">Its rows from the newest snapshot on.</param>
/// <param name="Next">The sequence that it expects.</param>
/// <param name="Fence">Its newest fence.</param>
internal sealed record RunState(ImmutableList<CheckpointRow> Rows, long Next, long Fence)
{
    /// <summary>A run that nobody has heard of.</summary>
    public static RunState Unknown { get; } = new([], Next: 0, Fence: 1);

    public bool IsOver => Rows is [.., { Kind: RowKind.Finished }];

    public RunState After(Deed.OfRun deed) =>
        deed switch
        {
            Deed.Append append => new(
                append.Row.Kind == RowKind.Snapshot ? [append.Row] : Rows.Add(append.Row),
                append.Row.Sequence + 1,
                append.Fence
            ),
            Deed.Claim claim => this with { Fence = claim.Fence },
            _ => Unknown,
        };

    public bool HasRows(IReadOnlyList<CheckpointRow> rows) => Rows.SequenceEqual(rows);
}
