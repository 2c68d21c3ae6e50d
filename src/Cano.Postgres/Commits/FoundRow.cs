namespace Cano.Postgres.Commits;

/// <summary>What is there of a run.</summary>
/// <param name="NextSequence">The sequence that it expects.</param>
/// <param name="Fence">Its newest fence; 0 where nothing is there.</param>
/// <param name="RowFence">The fence under which the row that is asked for was written.</param>
/// <param name="Body">That row; null: it is not there.</param>
internal sealed record FoundRow(long NextSequence, long Fence, long RowFence, byte[]? Body)
{
    /// <summary>The fence of a row that is there from an earlier try; null of one that is not.</summary>
    public long? FenceOf(NewRow row) =>
        row.IsInDoubt
        && (row.Place == RowPlace.Begin || RowFence == row.Fence)
        && Body.AsSpan().SequenceEqual(row.Body)
            ? RowFence
            : null;

    /// <summary>Why the row is not taken; null where nothing stands against it.</summary>
    public CanoException? Refusal(NewRow row)
    {
        var newest = Math.Max(Fence, AppendRule.FirstFence);
        if (row.Place == RowPlace.Begin)
            return AppendRule.BeginRefusal(row.RunId, row.Row, NextSequence, newest)
                ?? (row.Lease is { } lease && Fence == 0 ? lease.IsOver() : null);
        return AppendRule.Admits(row.Row.Sequence, row.Fence, NextSequence, newest)
            ? null
            : AppendRule.Conflict(row.RunId, row.Row.Sequence, row.Fence, NextSequence, newest);
    }
}
