using Cano.Faster.Disks;
using Cano.Faster.Frames;
using Cano.FaultyDisks;

namespace Cano.Integration.Stores;

/// <summary>The files of a journal, for tests that crash or damage it.</summary>
internal static class JournalOnDisk
{
    /// <summary>Small pages and segments, and a clock that stands still: no superblock between open and
    /// close.</summary>
    public static FasterCheckpointOptions Small { get; } =
        new()
        {
            PageSizeBits = 16,
            MemorySizeBits = 18,
            SegmentSizeBits = 16,
            TimeProvider = new StoppedClock(),
        };

    public static string Log(this TempDirectory directory, int segment = 0) =>
        directory.File($"journal.log.{segment}");

    /// <summary>The directory as a crash at this moment would leave it.</summary>
    public static TempDirectory Crash(this TempDirectory directory)
    {
        var copy = new TempDirectory();
        foreach (var path in Directory.GetFiles(directory.Path))
            if (Path.GetFileName(path) != "journal.lock")
                File.Copy(path, copy.File(Path.GetFileName(path)));
        return copy;
    }

    public static void Flip(string path, long position, int bit = 0)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[position] ^= (byte)(1 << bit);
        File.WriteAllBytes(path, bytes);
    }

    public static void Zero(string path, int position, int length)
    {
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(position, length).Clear();
        File.WriteAllBytes(path, bytes);
    }

    public static void CutBy(string path, int bytes)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(file.Length - bytes);
    }

    public static Task<FasterCheckpointStore> Open(this TempDirectory directory) =>
        FasterCheckpointStore.OpenAsync(directory.Path, Small);

    /// <summary>Opens the journal on a disk in memory, which holds one.</summary>
    public static Task<FasterCheckpointStore> OpenOn(FaultDisk disk) =>
        FasterCheckpointStore.OpenAsync("/journal", Small with { Disk = disk });

    /// <summary>The path of a segment on a disk in memory.</summary>
    public static string LogOnDisk(int segment = 0) => $"/journal/journal.log.{segment}";

    /// <summary>Where each frame begins that the text is in.</summary>
    public static List<int> FramesOf(string path, string runId, long start = 0) =>
        FramesOf(File.ReadAllBytes(path), runId, start);

    /// <summary>Where each frame begins that the text is in.</summary>
    public static List<int> FramesOf(byte[] bytes, string runId, long start = 0)
    {
        var frames = new List<int>();
        for (var at = 0; at + Frame.EntryHeader + Frame.HeadSize < bytes.Length; at += 4)
            if (
                Frame.PlausibleSize(bytes.AsSpan(at)) is var size and > 0
                && at + size <= bytes.Length
                && Frame.View(bytes.AsSpan(at), start + at, isWhole: true).Head.RunId == runId
            )
                frames.Add(at);
        return frames;
    }

    /// <summary>The checksum of the journal's store id.</summary>
    public static uint StoreSum(this TempDirectory directory)
    {
        using var superblocks = SuperblockFile.Open(PhysicalDisk.Instance, directory.Path);
        return superblocks.Newest.StoreSum;
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
