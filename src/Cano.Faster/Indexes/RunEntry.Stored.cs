using Cano.Faster.Frames;
using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Indexes;

// A run as the index on disk has it. What follows from the rest is not written.
internal sealed partial class RunEntry
{
    [Flags]
    private enum Parts
    {
        None = 0,
        Claim = 1,
        Copy = 2,
        Rare = 4,
        Inbox = 8,
    }

    /// <summary>All that is known of the run is on disk and sound, and stays where it is.</summary>
    public bool IsAtRest =>
        Waiting == 0
        && Copy is null
        && Damage is null
        && Inbox is not { MissesRows: true }
        && NextSequence == LastSequence + 1
        && (NextStatus, NextCategory) == (Status, rare?.Category);

    /// <summary>Writes a run that is at rest.</summary>
    public void Write(IndexWriter index, ref StoredBefore before)
    {
        var inbox = Inbox is { Next: > 0 } ? Inbox : null;
        var parts =
            (claim.Size > 0 ? Parts.Claim : 0)
            | (copyAddress > 0 ? Parts.Copy : 0)
            | (rare is not null ? Parts.Rare : 0)
            | (inbox is not null ? Parts.Inbox : 0);
        index.Text(Id);
        index.Number((long)parts);
        index.Number(Fence);
        index.Number(NextSequence);
        index.Number((long)Status);
        index.Number(Progress.Visit + 1);
        index.Number(Progress.Tries);
        index.Number(Progress.EndTicks);
        index.Shared(State);
        index.Shared(WorkflowName);
        index.Number(WorkflowVersion);
        index.Signed(StartTicks - before.Ticks);
        index.Signed(updateTicks - StartTicks);
        index.Number(wakeTicks);
        before.Ticks = StartTicks;
        WriteRows(index, ref before);
        if (claim.Size > 0)
            index.Span(claim);
        if (copyAddress > 0)
            index.Number(copyAddress);
        WriteRare(index);
        inbox?.Write(index);
    }

    private void WriteRows(IndexWriter index, ref StoredBefore before)
    {
        index.Number(rowCount);
        if (rowCount == 0)
            return;
        index.Number(RowBytes);
        var addresses = rows.ToArray(newestRow, rowCount);
        index.Signed(addresses[0] - before.Address);
        for (var i = 1; i < addresses.Length; i++)
            // Rows that came while those before them were copied lie before the copy.
            index.Signed(addresses[i] - addresses[i - 1]);
        before.Address = addresses[0];
    }

    private void WriteRare(IndexWriter index)
    {
        if (rare is null)
            return;
        index.Shared(rare.Category);
        index.Shared(rare.ParentRunId);
        index.Number(rare.Tags.Count);
        foreach (var (name, value) in rare.Tags)
        {
            index.Shared(name);
            index.Shared(value);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It says what cannot be.</exception>
    public static RunEntry Read(
        ref IndexReader index,
        RowAddresses rows,
        SegmentUse segments,
        ref StoredBefore before
    )
    {
        var run = new RunEntry(index.Text(), rows);
        var parts = (Parts)index.Number(0, (long)(Parts.Claim | Parts.Copy | Parts.Rare | Parts.Inbox));
        run.Fence = index.Number(AppendRule.FirstFence, long.MaxValue);
        run.NextSequence = index.Number(0, long.MaxValue);
        run.LastSequence = run.NextSequence - 1;
        run.Status = run.NextStatus = (RowStatus)index.Number(0, byte.MaxValue);
        var visit = index.Number(0, long.MaxValue) - 1;
        var tries = (int)index.Number(0, int.MaxValue);
        run.Progress = new(visit, tries, index.Number(0, DateTime.MaxValue.Ticks));
        run.State = index.Shared();
        run.WorkflowName = index.Shared();
        run.WorkflowVersion = (uint)index.Number(0, uint.MaxValue);
        run.StartTicks = before.Ticks += index.Signed();
        run.updateTicks = run.StartTicks + index.Signed();
        run.wakeTicks = index.Number(0, DateTime.MaxValue.Ticks);
        run.ReadRows(ref index, segments, ref before);
        if (parts.HasFlag(Parts.Claim))
            run.claim = index.Span();
        if (parts.HasFlag(Parts.Copy))
            run.copyAddress = index.Number(1, long.MaxValue);
        if (parts.HasFlag(Parts.Rare))
            run.rare = ReadRare(ref index);
        run.NextCategory = run.rare?.Category;
        if (parts.HasFlag(Parts.Inbox))
            run.Inbox = RunInbox.Read(ref index, segments);
        segments.LiveBytes += run.claim.Size;
        run.MovePin(segments);
        return run;
    }

    private void ReadRows(ref IndexReader index, SegmentUse segments, ref StoredBefore before)
    {
        // Each takes a byte at least.
        rowCount = (int)index.Number(0, index.Left);
        if (rowCount == 0)
            return;
        Count(index.Number(0, long.MaxValue), segments);
        var address = before.Address += index.Signed();
        for (var i = 0; i < rowCount; i++)
        {
            if (i > 0)
                address += index.Signed();
            if (address < LogAddress.First)
                throw IndexReader.Wrong();
            newestRow = rows.Add(address, newestRow);
            if (i == 0)
                oldestRow = newestRow;
        }
    }

    private static RareFacts ReadRare(ref IndexReader index)
    {
        var (category, parent) = (index.Shared(), index.Shared());
        var tags = new KeyValuePair<string, string>[(int)index.Number(0, index.Left)];
        for (var i = 0; i < tags.Length; i++)
            tags[i] = new(
                index.Shared() ?? throw IndexReader.Wrong(),
                index.Shared() ?? throw IndexReader.Wrong()
            );
        return RareFacts.Of(category, parent, RunTags.Of(tags)) ?? throw IndexReader.Wrong();
    }
}

/// <summary>What the run before said, which the next one's numbers are told by.</summary>
internal struct StoredBefore
{
    public long Ticks;

    public long Address;
}
