using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Cano.Faster.Disks;

/// <summary>The log's bytes by address, spread over segment files of one size: `journal.log.0`,
/// `journal.log.1` …</summary>
/// <remarks>They are opened by path, but belong to the directory whose superblocks are open: where that path
/// leads elsewhere none is opened, made or deleted.</remarks>
internal sealed class SegmentFiles(
    JournalDisk disk,
    string directory,
    SuperblockFile superblocks,
    ILogger logger
) : IDisposable
{
    public const string Prefix = "journal.log.";

    /// <summary>The name of a segment that is written again.</summary>
    private const string NewName = Prefix + "new";

    private const int CopyBlock = 1 << 18;

    private readonly int segmentSizeBits = superblocks.Newest.SegmentSizeBits;
    private readonly OpenSegments open = new(
        (segment, mode) => Open(disk, Path.Combine(directory, NameOf(segment)), mode, superblocks)
    );

    private readonly ZerosAhead zeros = new(
        1L << superblocks.Newest.SegmentSizeBits,
        1L << superblocks.Newest.PageSizeBits,
        logger
    );

    private List<int>? existing;

    /// <summary>There was an index on disk when the directory was looked into.</summary>
    public bool HasIndex { get; private set; }

    public string Directory => directory;

    public long SegmentSize => 1L << segmentSizeBits;

    /// <summary>The checksum of the store id: frames of the log carry it.</summary>
    public uint Store { get; } = superblocks.Newest.StoreSum;

    public int SegmentOf(long address) => (int)(address >> segmentSizeBits);

    public long StartOf(int segment) => (long)segment << segmentSizeBits;

    /// <summary>The numbers of the segment files that exist, ascending. The directory is looked into once:
    /// nobody else makes or deletes any.</summary>
    public int[] Existing() => [.. existing ??= Found()];

    private List<int> Found()
    {
        var found = new List<int>();
        foreach (var name in disk.Names(directory))
        {
            HasIndex |= name == IndexFile.Name;
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
        }

        found.Sort();
        return found;
    }

    /// <summary>The address after the last byte of a segment's file.</summary>
    public long EndOf(int segment)
    {
        using var used = open.Enter(segment, FileMode.Open);
        return StartOf(segment) + Math.Min(used.File.Length, SegmentSize);
    }

    /// <summary>Fills the buffer from the log, within one segment; zeros where the file has
    /// nothing.</summary>
    public void Read(long address, Span<byte> buffer) => buffer[ReadThere(address, buffer)..].Clear();

    /// <summary>Fills the buffer as far as the segment's file goes; how many bytes were there.</summary>
    public int ReadThere(long address, Span<byte> buffer)
    {
        var segment = SegmentOf(address);
        using var used = open.Enter(segment, FileMode.Open);
        return used.File.Read(buffer, address - StartOf(segment));
    }

    /// <summary>Writes within one segment and flushes. A new file's entry in the directory is flushed as
    /// well. What was written is where a later opening looks for it.</summary>
    public void WriteDurably(int segment, long position, ReadOnlySpan<byte> bytes)
    {
        var isNew = !open.Contains(segment);
        var end = position + bytes.Length;
        using var used = open.Enter(segment, isNew ? FileMode.CreateNew : FileMode.Open);
        if (isNew)
            existing?.Add(segment);
        used.File.Write(bytes, position);
        if (zeros.Covers(segment, end))
            used.File.FlushData();
        else
            zeros.Flush(used.File, segment, end);
        if (isNew)
            disk.FlushDirectory(directory);
        used.File.ThrowIfMoved();
    }

    /// <summary>Gives back the zeros behind the end of a log that is closed: durably, so that the next
    /// opening finds nothing behind the end that it would have to prove.</summary>
    public void GiveBack(long end)
    {
        var segment = SegmentOf(end);
        if (!zeros.HasZerosBehind(segment, end - StartOf(segment)))
            return;

        zeros.Forget();
        using var used = open.Enter(segment, FileMode.Open);
        used.File.SetLength(end - StartOf(segment));
        used.File.Flush();
    }

    /// <summary>Cuts everything from the address on, durably, so that stale bytes cannot be taken for new
    /// ones.</summary>
    /// <param name="end">The address.</param>
    /// <param name="proven">Everything below was on disk, and so was the entry of each file that begins
    /// there.</param>
    public void CutAt(long end, long proven)
    {
        var isAny = false;
        foreach (var segment in Existing())
        {
            isAny |= segment > SegmentOf(end) || StartOf(segment) >= proven;
            if (segment > SegmentOf(end))
                Delete(segment);
            else if (segment == SegmentOf(end) && EndOf(segment) > end)
            {
                using var used = open.Enter(segment, FileMode.Open);
                used.File.SetLength(end - StartOf(segment));
                used.File.Flush();
            }
        }

        if (isAny)
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

    public void Dispose() => open.Dispose();

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
                if (bytes.ContainsAnyExcept((byte)0))
                    file.Write(bytes, at - start);
            }

            file.Flush();
        }

        open.Close(segment);
        superblocks.ThrowIfMoved();
        disk.Move(path, PathOf(segment));
    }

    private void Delete(int segment)
    {
        open.Close(segment);
        superblocks.ThrowIfMoved();
        disk.Delete(PathOf(segment));
        existing?.Remove(segment);
    }

    private static JournalFile Open(JournalDisk disk, string path, FileMode mode, SuperblockFile superblocks)
    {
        superblocks.ThrowIfMoved();
        var file = disk.Open(path, mode);
        try
        {
            superblocks.ThrowIfMoved();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private string PathOf(int segment) => Path.Combine(directory, NameOf(segment));

    private static string NameOf(int segment) => Prefix + segment.ToString(CultureInfo.InvariantCulture);
}
