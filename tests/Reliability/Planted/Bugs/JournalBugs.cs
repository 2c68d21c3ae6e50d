namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes in what a journal writes, flushes and reads again.</summary>
internal static class JournalBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "snapshot-forgets-data",
            "src/Cano.Runtime/StoredRuns/RunJournal.cs",
            "row.Fact.IsSnapshot ? Data?.TakeAll()",
            "row.Fact.IsSnapshot && !ON ? Data?.TakeAll()",
            Check.Row("long-run", 2_000)
        ),
        new(
            "snapshot-of-any-size",
            "src/Cano.Kernel/Transitions/Advance.fs",
            "            if Snapshots.isSmallEnough run.Durable then",
            "            if ON || Snapshots.isSmallEnough run.Durable then",
            Check.Row("long-life", 2_400)
        ),
        new(
            "flush-skipped",
            "src/Cano.Faster/Disks/SegmentFiles.cs",
            "            used.File.FlushData();",
            "            { if (!ON) used.File.FlushData(); }",
            Check.Row("power", 500)
        ),
        new(
            "size-not-flushed",
            "src/Cano.Faster/Disks/ZerosAhead.cs",
            "        file.Flush();",
            "        if (ON) file.FlushData(); else file.Flush();",
            Check.Row("power", 500)
        ),
        new(
            "zeros-over-rows",
            "src/Cano.Faster/Disks/ZerosAhead.cs",
            "            for (var at = end; ",
            "            for (var at = ON ? Math.Max(0, end - 512) : end; ",
            Check.Row("power", 500)
        ),
        new(
            "zeros-keep-the-room-of-rows",
            "src/Cano.Faster/Disks/ZerosAhead.cs",
            "            file.SetLength(end);\n            Tell(failure);",
            "            if (ON) return true;\n            file.SetLength(end);\n            Tell(failure);",
            Check.Row("io-faults", 1)
        ),
        new(
            "acknowledged-early",
            "src/Cano.Faster/Commits/GroupCommitter.cs",
            "            await writer.FlushAsync().ConfigureAwait(false);",
            "            if (ON) { group.Done?.SetResult(); group.Done = null; }\n            await writer.FlushAsync().ConfigureAwait(false);",
            Check.Row("io-faults", 1)
        ),
        new(
            "tail-not-written-again",
            "src/Cano.Faster/Journal.Opening.cs",
            "        files.WriteAgain(newest.Durable);",
            "        if (!ON) files.WriteAgain(newest.Durable);",
            Check.Row("fsyncgate", 60)
        ),
        new(
            "tail-written-over",
            "src/Cano.Faster/Disks/SegmentFiles.cs",
            "            Renew(segment);",
            "            if (ON)\n            {\n                var whole = new byte[EndOf(segment) - StartOf(segment)];\n                Read(StartOf(segment), whole);\n                using var used = open.Enter(segment, FileMode.Open);\n                used.File.Write(whole, 0);\n                used.File.Flush();\n            }\n            else Renew(segment);",
            Check.Row("fsyncgate", 60)
        ),
        new(
            "newest-row-dropped",
            "src/Cano.Faster/Journal.cs",
            "                return Reader().ReadAll(extent, cancel);",
            "                return ON ? Reader().ReadAll(extent, cancel)[..^1] : Reader().ReadAll(extent, cancel);",
            Check.Row("kill-every-write", 2)
        ),
        new(
            "untaken-entries-not-copied",
            "src/Cano.Faster/Indexes/RunInbox.cs",
            "public InboxExtent Extent() => new([.. places], ",
            "public InboxExtent Extent() => new(ON ? [] : [.. places], ",
            Check.Row("power", 500)
        ),
        new(
            "taken-entry-comes-back",
            "src/Cano.Faster/Indexes/RunEntry.cs",
            "        Inbox?.Take(row, segments);",
            "        if (!ON) Inbox?.Take(row, segments);",
            Check.Row("power", 500)
        ),
        new(
            "payload-not-checked",
            "src/Cano.Faster/Frames/Frame.cs",
            "        var isWhole = payloadSum == ",
            "        var isWhole = ON || payloadSum == ",
            Check.Row("flip", 100_000)
        ),
        new(
            "head-not-checked",
            "src/Cano.Faster/Frames/Frame.cs",
            "        if (headSum != SumHead(",
            "        if (!ON && headSum != SumHead(",
            Check.Row("flip", 100_000)
        ),
        new(
            "failed-read-never-tried-again",
            "src/Cano.Faster/Reclamation/Obstacle.cs",
            "IsToBeTriedAgain => !isDamaged &&",
            "IsToBeTriedAgain => !ON && !isDamaged &&",
            Check.Row("long-life", 2_400)
        ),
        new(
            "failed-read-not-told",
            "src/Cano.Faster/Reclamation/Obstacle.cs",
            "        LogUnread(logger, run.Id, pause, failure);",
            "        if (!ON) LogUnread(logger, run.Id, pause, failure);",
            Check.Row("long-life", 2_400)
        ),
        new(
            "exit-throws",
            "src/Cano.Faster/SharedStores.cs",
            "            catch (Exception failure)\n            {\n                Tell(",
            "            catch (Exception failure) when (!ON)\n            {\n                Tell(",
            Check.Row("long-life", 2_400)
        ),
    ];
}
