using Cano.Faster.Disks;
using Cano.Faster.Frames;
using Cano.Faster.Indexes;

namespace Cano.Faster.Recovery;

/// <summary>Reads a log from its beginning, checks every frame, and finds out where the log ends.</summary>
/// <remarks>Frames that cannot be read are damage when a later frame, or the superblock, says that they were
/// on disk already. Otherwise they belong to the last writes before a crash, which nobody was told had
/// succeeded: the log ends before them.</remarks>
internal sealed class RecoveryScan
{
    private readonly SegmentFiles files;
    private readonly Superblock superblock;
    private readonly long pageSize;
    private readonly ChunkAssembler parts = new();
    private readonly IndexRebuild rebuild;
    private readonly UnprovenTail tail;
    private readonly Utf8Chars chars = new();
    private readonly LogSums sums;
    private LogEnd end;
    private long durable;

    /// <param name="files">The log.</param>
    /// <param name="superblock">What is known of it.</param>
    /// <param name="from">Where it begins; its index and its sums take what is found from there on.</param>
    public RecoveryScan(SegmentFiles files, Superblock superblock, StoredIndex from)
    {
        (this.files, this.superblock, pageSize) = (files, superblock, 1L << superblock.PageSizeBits);
        rebuild = new(from.Index);
        tail = new UnprovenTail(rebuild.Apply);
        (end, sums) = (from.End, from.Sums);
        durable = superblock.Begin;
    }

    /// <summary>Scans, and returns where the log goes on.</summary>
    public LogEnd Run()
    {
        foreach (var page in new PagePrefetcher(files, pageSize, end.End).InOrder())
        {
            for (var i = 0; i < page.Count; i++)
                Take(page[i]);
            Sum(page);
        }

        var finished = Finish();
        rebuild.End();
        if (rebuild.IsInTrouble || !sums.AreOf(superblock.Begin, finished.End))
            sums.Break();
        return finished;
    }

    private void Sum(LogPage page)
    {
        if (page.Count == 0)
            return;
        if (!page.IsDense)
            sums.Break();
        else if (sums.IsOnLast(page.Sum.Address))
            sums.Add(page.Sum.Address, page.Entries);
        else
            sums.Add(page.Sum);
    }

    private void Take(in FrameView frame)
    {
        var place = frame.Place;
        durable = Math.Max(durable, place.Durable);
        tail.ProveBelow(durable);

        var before = place.Address - place.Back;
        var start = parts.StartAt(end);
        var follows = before == end.LastFrame && place.RunBefore == end.LastRun;
        if (!follows && place.Address != superblock.Begin)
            Report(GapBefore(place.Address, before, place.RunBefore), start);
        rebuild.Learn(frame.Fence);

        if (tail.IsEmpty && parts.TryTakeRow(frame, out var row))
        {
            // Nothing is held back, so that the row may pass at once.
            var run = rebuild.Keep(chars.Of(frame.RunId), row);
            end = new(frame.Span.End, place.Address, run.IdSum);
            return;
        }

        TakeAsFact(frame, start);
        end = new(frame.Span.End, place.Address, Checksum.Of(frame.RunId));
    }

    private void TakeAsFact(in FrameView frame, LogEnd start)
    {
        if (parts.GiveUp(frame) is { } unfinished)
        {
            Report(unfinished, start);
            start = end;
        }

        var fact = parts.Take(frame, end);
        if (fact is LogFact.RowLost or LogFact.CopyLost or LogFact.EntryLost or LogFact.EntryCopyLost)
            Report(fact, start);
        else if (fact is not null)
            tail.Pass(fact, durable);
    }

    private LogEnd Finish()
    {
        durable = Math.Max(durable, superblock.Durable);
        if (parts.Unfinished is { } unfinished)
            Report(unfinished, parts.StartAt(end));
        tail.ProveBelow(durable);
        end = tail.CutAt ?? end;
        if (end.End >= superblock.Durable)
            return end;

        tail.Apply(
            GapBefore(superblock.Durable, superblock.LastFrame, superblock.LastRun) with
            {
                Why = "the log ends before the recorded commit",
            }
        );
        // The gap stays: a later scan finds it again between the last frame and the next page.
        return new(
            LogAddress.PageAfter(superblock.Durable, pageSize),
            superblock.LastFrame,
            superblock.LastRun
        );
    }

    private void Report(LogFact damage, LogEnd before) => tail.Damage(damage, before, durable);

    private LogFact.Gap GapBefore(long to, long lostFrame, uint lostRun)
    {
        // At a page's start it is the only one when no other fits between.
        var nextPage = LogAddress.PageAfter(end.End, pageSize);
        var single =
            lostFrame == end.End || (lostFrame == nextPage && nextPage - end.End < Frame.EntrySizeMin);
        var why = $"the journal's bytes {end.End} to {to} are damaged";
        return new(end.End, to, single ? lostRun : null, why);
    }
}
