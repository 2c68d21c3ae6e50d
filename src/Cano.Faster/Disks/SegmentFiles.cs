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

    /// <summary>The name of a segment that is written again.</summary>
    private const string NewName = Prefix + "new";

    private const int CopyBlock = 1 << 18;

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
        foreach (var segment in Existing())
            if (segment > SegmentOf(end))
                Delete(segment);
            else if (segment == SegmentOf(end) && EndOf(segment) > end)
            {
                var file = Open(segment, FileMode.Open);
                file.SetLength(end - StartOf(segment));
                file.Flush();
            }

        disk.FlushDirectory(directory);
    }

    /// <summary>Writes the segments that go on behind the address again, and flushes them. After a flush that
    /// was refused the system shows what the disk does not have, and no later flush writes it.</summary>
    /// <remarks>Each is written into a new file that takes its place. Written over, it would be flushed to
    /// where some file systems, ext4 among them, go on holding that nothing was ever written.</remarks>
    public void WriteAgain(long from)
    {
        var isAny = false;
        foreach (var segment in Existing())
        {
            if (EndOf(segment) <= from)
                continue;

            Renew(segment);
            isAny = true;
        }

        if (isAny)
            disk.FlushDirectory(directory);
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

    private void Renew(int segment)
    {
        var path = Path.Combine(directory, NewName);
        using (var file = disk.Open(path, FileMode.Create))
        {
            var (start, end) = (StartOf(segment), EndOf(segment));
            var block = new byte[Math.Min(CopyBlock, end - start)];
            for (var at = start; at < end; at += block.Length)
            {
                var bytes = block.AsSpan(0, (int)Math.Min(block.Length, end - at));
                Read(at, bytes);
                file.Write(bytes, at - start);
            }

            file.Flush();
        }

        lock (gate)
            if (open.Remove(segment, out var old))
                old.Dispose();
        superblocks.ThrowIfMoved();
        disk.Move(path, PathOf(segment));
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
