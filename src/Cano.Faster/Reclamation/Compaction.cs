using Cano.Faster.Frames;
using Cano.Faster.Indexes;

namespace Cano.Faster.Reclamation;

/// <summary>Keeps the log from growing with dead space: when more than half of it is needed by nobody, the
/// runs that keep the oldest segment are copied to the end, so that whole segments come free.</summary>
/// <remarks>
/// A step is taken after each flush, on the thread that wrote; its frames go with the next group, which calls
/// for the next step, so that appends of other runs wait for one step at most. Each byte is copied at most
/// once while the log is written through, and the log is written through only when it is at least half dead:
/// copying adds at most as many bytes as callers wrote.
/// </remarks>
internal sealed class Compaction(
    RunIndex index,
    Lock gate,
    Func<RowReader> openReader,
    Action<PendingFrame> add,
    FasterCheckpointOptions options
)
{
    /// <summary>Below this size a log is not worth the copying: the segment that is written, one that comes
    /// free, and two between.</summary>
    private const int SegmentsMin = 4;

    /// <summary>How much a step reads and writes: about what a flush takes in time on a fast disk. It ends
    /// after the row that exceeds it.</summary>
    private const long StepBytes = 1 << 18;

    private RunCopy? underWay;
    private readonly Obstacle obstacle = new(options.TimeProvider, options.Logger);

    /// <summary>Takes a step when one is due.</summary>
    /// <param name="end">The end of the log.</param>
    public void Step(long end)
    {
        if (underWay is null && !IsDue(end))
            return;

        var reader = openReader();
        var left = StepBytes;
        if (underWay is { } half)
            left -= GoOn(half, left, reader);
        if (left <= 0 || !IsDue(end))
            return;

        // Nothing moves a run between segments while this thread, the only one that writes, is here.
        foreach (var run in index.Segments.Oldest)
        {
            if (Begin(run, options.TimeProvider.GetUtcNow().UtcTicks) is { } copy)
                left -= GoOn(copy, left, reader);
            if (left <= 0 || obstacle.Run is not null)
                return;
        }
    }

    /// <summary>A run that cannot be moved holds everything after it: copying others would free
    /// nothing.</summary>
    private bool IsDue(long end)
    {
        var segments = index.Segments;
        lock (gate)
        {
            var length = end - segments.Begin(end);
            if (obstacle.Run is { } run && segments.Oldest.Contains(run) && !obstacle.IsToBeTriedAgain)
                return false;

            obstacle.Forget();
            return length > SegmentsMin * segments.SegmentSize && segments.LiveBytes < length / 2;
        }
    }

    /// <summary>Writes the head of a run's copy. Not while frames of the run wait: the head speaks of the run
    /// as it is at that place of the log. Such a run is taken up by a later step.</summary>
    private RunCopy? Begin(RunEntry run, long ticks)
    {
        lock (gate)
        {
            if (run.Damage is not null)
                obstacle.IsDamaged(run);
            if (run.Damage is not null || run.Waiting > 0 || !index.Holds(run))
                return null;

            var source = run.Extent();
            var copy = new RunCopy(source, run.RowBytes, run.Inbox?.Extent());
            var head = new FrameHead(
                FrameKind.Copy,
                run.Id,
                source.First,
                run.Fence,
                Part: 0,
                ticks,
                run.InboxCount
            );
            var rows = new CopyHead(source.Addresses.Length, run.Progress.Tries, copy.InboxFrames);
            run.Copy = copy;
            add(new CopiedFrame(copy, head, rows.ToBytes()));
            return copy;
        }
    }

    /// <summary>Copies rows until the copy is whole or the bytes are used up; how many bytes it
    /// took.</summary>
    private long GoOn(RunCopy copy, long bytes, RowReader reader)
    {
        underWay = copy;
        var taken = (long)Frame.HeadSize;
        while (taken < bytes && !copy.IsSubmitted)
        {
            if (Read(copy, reader) is not { } frame)
                break;

            lock (gate)
            {
                if (!IsCurrent(copy))
                    break;
                copy.Submitted++;
                add(new CopiedFrame(copy, frame.Head, frame.Body));
            }

            taken += Frame.HeadSize + frame.Body.Length;
        }

        lock (gate)
        {
            if (!IsCurrent(copy))
                copy.Drop();
            if (copy.IsSubmitted || !IsCurrent(copy))
                underWay = null;
        }

        return taken;
    }

    private bool IsCurrent(RunCopy copy) => copy.IsCurrent && index.Holds(copy.Source.Run);

    /// <summary>The next frame of the copy. Null when what it repeats cannot be read: then the run stays
    /// where it is for now.</summary>
    private RawRow? Read(RunCopy copy, RowReader reader)
    {
        try
        {
            var frame = Next(copy, reader);
            obstacle.WasRead();
            return frame;
        }
        catch (CanoException failure)
        {
            lock (gate)
                copy.Drop();
            obstacle.CannotBeRead(copy.Source.Run, failure);
            return null;
        }
    }

    /// <summary>Rows first, then the entries of the inbox, then the ids that it knows.</summary>
    private RawRow Next(RunCopy copy, RowReader reader)
    {
        var (run, first, addresses, _) = copy.Source;
        if (copy.Submitted < addresses.Length)
        {
            var row = reader.Read(run.Id, first + copy.Submitted, addresses[copy.Submitted]);
            return row with { Head = row.Head with { Kind = FrameKind.CopiedRow, Part = 0 } };
        }

        var inbox = copy.Inbox!.Value;
        var place = copy.Submitted - addresses.Length;
        if (place < inbox.Places.Length)
        {
            var (number, _, span) = inbox.Places[place];
            var entry = reader.ReadEntry(run.Id, number, span.Address);
            return entry with { Head = entry.Head with { Kind = FrameKind.CopiedInbox, Part = 0 } };
        }

        var ticks = options.TimeProvider.GetUtcNow().UtcTicks;
        return new(
            new FrameHead(FrameKind.CopiedIds, run.Id, inbox.Next, AppendRule.FirstFence, Part: 0, ticks),
            copy.SeenIds
        );
    }
}
