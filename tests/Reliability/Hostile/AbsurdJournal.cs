using Cano.Faster.Disks;
using Cano.Faster.Frames;
using Cano.FaultyDisks;
using Cano.Reliability.Journals;

namespace Cano.Reliability.Hostile;

/// <summary>A sound journal that was taken further by somebody who knows its checksums, and nothing
/// else.</summary>
internal sealed class AbsurdJournal
{
    private readonly Work _work;
    private readonly DiskImage _sound;
    private readonly Expected _expected;

    private AbsurdJournal(Work work)
    {
        _work = work;
        _sound = work.Disk.Written();
        _expected = work.Ledger.At(work.Disk.Position);
    }

    public static async Task<AbsurdJournal> MakeAsync(Random chance) =>
        new(await Work.DoneAsync(Script.Draw(chance, 25), closes: true));

    /// <summary>Opens it with absurd frames or superblocks, and uses it; what became of it.</summary>
    public async Task<DamageVerdict> TryAsync(Random chance)
    {
        var frames = new AbsurdFrames(chance, [.. _expected.Runs.Keys], Newest(_sound).StoreSum);
        var isOfFrames = chance.Next(4) > 0;
        var image = isOfFrames ? WithFrames(frames, chance) : WithSuperblocks(chance);
        var disk = new FaultDisk(image, chance.Next());
        try
        {
            await using var store = await SmallJournal.OpenAsync(disk);
            // An index of the log as it was says nothing any more.
            foreach (var path in _sound.Paths.Where(path => Path.GetFileName(path) != IndexFile.Name))
                Broken.Unless(disk.Has(path), $"'{path}' was deleted");
            return await UseAsync(store, isOfFrames ? frames.Named : []);
        }
        catch (CanoException refused)
        {
            Refusals.Check(refused);
            foreach (var path in _sound.Paths)
                Broken.Unless(disk.Has(path), $"'{path}' was deleted by an opening that was refused");
            return DamageVerdict.Refused;
        }
    }

    /// <summary>Runs that no absurd frame is of are as they were, or reported; every run can be claimed, read
    /// and cleared, or says why not.</summary>
    private async Task<DamageVerdict> UseAsync(FasterCheckpointStore store, HashSet<string> named)
    {
        var found = new List<RunSummary>();
        await foreach (var run in store.ListRunsAsync(RunFilter.All))
            found.Add(run);
        foreach (var (id, states) in _expected.Runs)
        {
            if (named.Contains(id))
                continue;
            var listed = found.Find(run => run.RunId == id);
            var rows = listed?.Damage is null ? await store.LoadRunAsync(id) : [];
            Broken.Unless(
                listed?.Damage is not null
                    || states.Any(state => state.HasRows(rows))
                    || (listed is null && found.Exists(run => Invariants.IsUnknownRun(run.RunId))),
                $"'{id}', of which no absurd frame is, has {rows.Count} other rows"
            );
        }

        foreach (var run in found)
        {
            Broken.Unless(
                _expected.Runs.ContainsKey(run.RunId)
                    || named.Contains(run.RunId)
                    || Invariants.IsUnknownRun(run.RunId),
                $"'{run.RunId}' is listed, and nothing names it"
            );
            await UseAsync(store, run);
        }

        return found.Exists(run => run.Damage is not null) ? DamageVerdict.Reported : DamageVerdict.Harmless;
    }

    private static async Task UseAsync(FasterCheckpointStore store, RunSummary run)
    {
        try
        {
            foreach (var row in await store.LoadRunAsync(run.RunId))
                Broken.Unless(row.Sequence <= run.LastSequence, $"'{run.RunId}' has a row behind its last");
            var fence = await store.ClaimAsync(run.RunId, "hostile");
            var next = new CheckpointRow
            {
                Sequence = run.LastSequence + 1,
                Kind = RowKind.CursorAdvanced,
                State = "after",
            };
            await store.AppendAsync(run.RunId, next, fence);
        }
        catch (CanoException refused)
        {
            Refusals.Check(refused);
        }

        await store.ClearAsync(run.RunId);
    }

    private DiskImage WithFrames(AbsurdFrames frames, Random chance)
    {
        var newest = Newest(_sound);
        var (end, before) = (newest.Durable, (newest.LastFrame, newest.LastRun));
        var image = _sound;
        for (var count = chance.Next(1, 12); count > 0; count--)
        {
            var address = LogAddress.Next(end, 0, SmallJournal.PageSize);
            var entry = frames.Draw(address, before, out var sum);
            if ((address & (SmallJournal.PageSize - 1)) + entry.Length > SmallJournal.PageSize)
                break;
            image = Written(image, address, entry);
            (end, before) = (address + entry.Length, (address, sum));
        }

        return image;
    }

    private static DiskImage Written(DiskImage image, long address, byte[] entry)
    {
        var path = $"{SmallJournal.Directory}/{SegmentFiles.Prefix}{address / SmallJournal.PageSize}";
        var offset = (int)(address % SmallJournal.PageSize);
        var old = image.Has(path) ? image[path] : [];
        var bytes = new byte[Math.Max(old.Length, offset + entry.Length)];
        old.CopyTo(bytes, 0);
        entry.CopyTo(bytes, offset);
        return image.With(path, bytes);
    }

    /// <summary>One or both slots say something that no log is like. A beginning within this log is no such
    /// thing: a superblock may say it.</summary>
    private DiskImage WithSuperblocks(Random chance)
    {
        var newest = Newest(_sound);
        var absurd = newest with
        {
            Generation = Absurd(newest.Generation + chance.Next(2)),
            PageSizeBits = (int)Absurd(newest.PageSizeBits),
            SegmentSizeBits = (int)Absurd(newest.SegmentSizeBits),
            Begin = Beginning(),
            Durable = Absurd(newest.Durable),
            LastFrame = Absurd(newest.LastFrame),
            FormatVersion = (uint)Absurd(newest.FormatVersion),
        };
        if (chance.Next(4) == 0)
            absurd = Further(newest, chance);
        return _sound.Changed(
            SmallJournal.MetaPath,
            meta =>
            {
                for (var slot = 0; slot < 2; slot++)
                    if (chance.Next(2) == 0 || slot == (int)(newest.Generation & 1))
                        absurd.Write(meta.AsSpan(slot * SuperblockFile.SlotSize, Superblock.Size));
            }
        );

        long Absurd(long value) => chance.Next(5) == 0 ? AbsurdNumbers.Draw(chance) : value;

        long Beginning()
        {
            var drawn = AbsurdNumbers.Draw(chance);
            return chance.Next(3) > 0 || (drawn >= 0 && drawn <= newest.Durable) ? newest.Begin : drawn;
        }
    }

    /// <summary>What can be, of a log that goes on where this one has no file.</summary>
    private static Superblock Further(Superblock newest, Random chance)
    {
        var segment = (newest.Durable >> newest.SegmentSizeBits) + chance.Next(2, 1000);
        var begin = segment << newest.SegmentSizeBits;
        return newest with
        {
            Generation = newest.Generation + chance.Next(2),
            Begin = begin,
            Durable = begin + chance.Next(1 << 20),
        };
    }

    private static Superblock Newest(DiskImage image)
    {
        var meta = image[SmallJournal.MetaPath];
        var slots = new[] { 0, SuperblockFile.SlotSize }
            .Select(slot => Superblock.Read(meta.AsSpan(slot, Superblock.Size)))
            .OfType<Superblock>();
        return slots.MaxBy(superblock => superblock.Generation)!;
    }
}
