using Cano.Faster.Disks;
using Cano.Faster.Indexes;
using Cano.Faster.Recovery;
using Cano.FaultyDisks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Reliability.Journals;

/// <summary>The index that a closed journal leaves beside its log.</summary>
internal static class KeptIndex
{
    public const string Path = $"{SmallJournal.Directory}/{IndexFile.Name}";

    /// <summary>Whether an opening of the image takes its index.</summary>
    public static bool IsTaken(DiskImage image) =>
        image.Has(Path) && image.Has(SmallJournal.MetaPath) && Open(image).KeptUntil > 0;

    /// <summary>Sees that what the index on disk, and what lies behind it, make of the log is what the log
    /// alone makes of it, down to each number that is kept of a run.</summary>
    public static void Check(DiskImage image)
    {
        if (!image.Has(Path) || !image.Has(SmallJournal.MetaPath))
            return;
        var (kept, alone) = (Open(image), Open(image.Without(Path)));
        Broken.Unless(
            kept.End == alone.End,
            $"with its index the log ends at {kept.End}, without at {alone.End}"
        );
        Broken.Unless(
            kept.Sums.Pages.SequenceEqual(alone.Sums.Pages),
            "with its index the log has other checksums"
        );
        Broken.Unless(
            kept.Index.Fences.Newest == alone.Index.Fences.Newest,
            $"with its index the newest fence is {kept.Index.Fences.Newest}, without {alone.Index.Fences.Newest}"
        );
        var (space, spaceAlone) = (kept.Index.Segments, alone.Index.Segments);
        Broken.Unless(
            space.LiveBytes == spaceAlone.LiveBytes
                && space.Begin(kept.End.End) == spaceAlone.Begin(alone.End.End),
            $"with its index {space.LiveBytes} bytes are needed, without {spaceAlone.LiveBytes}"
        );
        var (runs, runsAlone) = (Told(kept.Index), Told(alone.Index));
        foreach (var id in runs.Keys.Union(runsAlone.Keys))
            Broken.Unless(
                runs.GetValueOrDefault(id) == runsAlone.GetValueOrDefault(id),
                $"with its index '{id}' is {runs.GetValueOrDefault(id)}, else {runsAlone.GetValueOrDefault(id)}"
            );
        foreach (var run in alone.Index.Runs)
            CheckStart(kept.Index.FindOrAdd(run.Id), run);
    }

    /// <summary>What a run's first row said outlives the row, and so does how many signals its end left,
    /// until the log is read without them.</summary>
    private static void CheckStart(RunEntry kept, RunEntry alone)
    {
        var (told, toldAlone) = (kept.Summary(), alone.Summary());
        Broken.Unless(
            (toldAlone.WorkflowName is null || told.WorkflowName == toldAlone.WorkflowName)
                && (toldAlone.StartedAt is null || told.StartedAt <= toldAlone.StartedAt)
                && (toldAlone.ParentRunId is null || told.ParentRunId == toldAlone.ParentRunId)
                && (toldAlone.Tags.Count == 0 || told.Tags.Equals(toldAlone.Tags))
                && ((kept.Inbox?.Left ?? 0) >= (alone.Inbox?.Left ?? 0)),
            $"with its index '{kept.Id}' began as {told}, without as {toldAlone}"
        );
    }

    /// <summary>Goes as far as an opening goes before anything is written to the log.</summary>
    private static StoredIndex Open(DiskImage image)
    {
        var disk = new FaultDisk(image);
        using var superblocks = SuperblockFile.Open(disk, SmallJournal.Directory);
        using var files = new SegmentFiles(disk, SmallJournal.Directory, superblocks, NullLogger.Instance);
        var newest = superblocks.Newest;
        LogBeginning.Clear(files, newest);
        files.WriteAgain(newest.Durable);
        var file = new IndexFile(disk, SmallJournal.Directory, superblocks, NullLogger.Instance);
        var opened = LogOpening.Open(files, newest, file);
        opened.Index.Opened();
        return opened;
    }

    /// <summary>What is kept of each run, and what is wrong with it.</summary>
    private static Dictionary<string, string> Told(RunIndex index) =>
        index.Runs.ToDictionary(
            run => run.Id,
            run =>
            {
                var (fares, told) = (run.Progress, run.Summary());
                var rows = run.Damage is null ? string.Join(' ', run.Extent().Addresses) : run.Damage;
                return $"{run.NextStatus} {run.NextCategory}, next {run.NextSequence} under {run.Fence}, "
                    + $"{told.Status} in {told.State} of version {told.WorkflowVersion}, {told.Category}, "
                    + $"updated {told.UpdatedAt:O}, wakes {told.WakesAt:O}, {fares}, "
                    + $"{run.RowBytes} bytes at {rows}, inbox {Told(run.Inbox)}";
            }
        );

    private static string Told(RunInbox? inbox)
    {
        if (inbox is not { Next: > 0 })
            return "none";
        var (places, next, _, seen) = inbox.Extent();
        return $"{string.Join(' ', places)}, next {next} from {inbox.Base}, "
            + $"knows {Convert.ToHexString(seen?.ToBytes() ?? [])}, "
            + $"cancelled by {inbox.From(0, InboxKind.Cancel)}{(inbox.MissesRows ? ", misses rows" : "")}";
    }
}
