using System.Globalization;

namespace Cano.Faster.Disks;

/// <summary>The log's bytes by address, spread over segment files of one size: `journal.log.0`,
/// `journal.log.1` …</summary>
/// <remarks>They are opened by path, but belong to the directory whose superblocks are open: where that path
/// leads elsewhere none is opened, made or deleted.</remarks>
internal sealed class SegmentFiles(JournalDisk disk, string directory, SuperblockFile superblocks)
    : IDisposable
{
    public const string Prefix = "journal.log.";

    private const int OpenMax = 64;

    private const int WriteAgainBlock = 1 << 18;

    private readonly int segmentSizeBits = superblocks.Newest.SegmentSizeBits;
    private readonly Dictionary<int, JournalFile> open = [];
    private readonly Lock gate = new();
    private volatile bool isDisposed;

    public long SegmentSize => 1L << segmentSizeBits;

    /// <summary>The checksum of the store id: frames of the log carry it.</summary>
    public uint Store { get; } = superblocks.Newest.StoreSum;

    public int SegmentOf(long address) => (int)(address >> segmentSizeBits);

    public long StartOf(int segment) => (long)segment << segmentSizeBits;

    /// <summary>The numbers of the segment files that exist, ascending.</summary>
    public List<int> Existing()
    {
        var found = new List<int>();
        foreach (var name in disk.Names(directory))
            if (
                name.StartsWith(Prefix, StringComparison.Ordinal)
                && int.TryParse(
                    name.AsSpan(Prefix.Length),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var segment
                )
            )
                found.Add(segment);
        found.Sort();
        return found;
    }

    /// <summary>The address after the last byte of a segment's file.</summary>
    public long EndOf(int segment) =>
        StartOf(segment) + Math.Min(Open(segment, FileMode.Open).Length, SegmentSize);

    /// <summary>Fills the buffer from the log, within one segment; zeros where the file has
    /// nothing.</summary>
    public void Read(long address, Span<byte> buffer)
    {
        var segment = SegmentOf(address);
        while (true)
            try
            {
                var count = Open(segment, FileMode.Open).Read(buffer, address - StartOf(segment));
                buffer[count..].Clear();
                return;
            }
            catch (ObjectDisposedException) when (!isDisposed)
            {
                // Another reader closed the file to make room; it is opened again.
            }
    }

    /// <summary>Writes within one segment and flushes. A new file's entry in the directory is flushed as
    /// well. What was written is where a later opening looks for it.</summary>
    public void WriteDurably(int segment, long position, ReadOnlySpan<byte> bytes)
    {
        bool isNew;
        lock (gate)
            isNew = !open.ContainsKey(segment);

        var file = Open(segment, isNew ? FileMode.CreateNew : FileMode.Open);
        file.Write(bytes, position);
        file.Flush();
        if (isNew)
            disk.FlushDirectory(directory);
        file.ThrowIfMoved();
    }

    /// <summary>Cuts everything from the address on, durably, so that stale bytes cannot be taken for new
    /// ones.</summary>
    public void CutAt(long end)
    {
        var existing = Existing();
        foreach (var segment in existing)
            if (segment > SegmentOf(end))
                Delete(segment);

        // The last one is flushed in any case: what a killed process left may be in the system's memory only.
        if (existing.FindLast(segment => segment <= SegmentOf(end)) is var last && existing.Contains(last))
        {
            var file = Open(last, FileMode.Open);
            if (EndOf(last) > end)
                file.SetLength(end - StartOf(last));
            file.Flush();
        }

        disk.FlushDirectory(directory);
    }

    /// <summary>Writes what lies between two addresses again as it is, and flushes it. After a flush that was
    /// refused the system shows what the disk does not have, and no later flush writes it: only what is
    /// written anew reaches the disk.</summary>
    public void WriteAgain(long from, long end)
    {
        var block = Array.Empty<byte>();
        foreach (var segment in Existing())
        {
            var (at, until) = (Math.Max(from, StartOf(segment)), Math.Min(end, EndOf(segment)));
            if (at >= until)
                continue;

            if (block is [])
                block = new byte[WriteAgainBlock];
            var file = Open(segment, FileMode.Open);
            for (; at < until; at += block.Length)
            {
                var bytes = block.AsSpan(0, (int)Math.Min(block.Length, until - at));
                Read(at, bytes);
                file.Write(bytes, at - StartOf(segment));
            }

            file.Flush();
        }
    }

    /// <summary>Deletes the segments that lie wholly below the address.</summary>
    public void DeleteBelow(long begin)
    {
        foreach (var segment in Existing())
            if (segment < SegmentOf(begin))
                Delete(segment);
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            foreach (var file in open.Values)
                file.Dispose();
            open.Clear();
        }
    }

    private void Delete(int segment)
    {
        lock (gate)
            if (open.Remove(segment, out var file))
                file.Dispose();
        superblocks.ThrowIfMoved();
        disk.Delete(PathOf(segment));
    }

    private JournalFile Open(int segment, FileMode mode)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            if (open.TryGetValue(segment, out var file))
                return file;

            MakeRoom();
            superblocks.ThrowIfMoved();
            file = disk.Open(PathOf(segment), mode);
            open.Add(segment, file);
            superblocks.ThrowIfMoved();
            return file;
        }
    }

    /// <summary>Closes one file when many are open; never the newest, which is being written.</summary>
    private void MakeRoom()
    {
        if (open.Count < OpenMax)
            return;

        var newest = open.Keys.Max();
        var victim = open.Keys.First(segment => segment != newest);
        open.Remove(victim, out var file);
        file!.Dispose();
    }

    private string PathOf(int segment) =>
        Path.Combine(directory, Prefix + segment.ToString(CultureInfo.InvariantCulture));
}
