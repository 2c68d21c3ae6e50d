using System.Text;
using Cano.Faster.Disks;
using Cano.Faster.Frames;

namespace Cano.Faster.Commits;

/// <summary>Appends frames to the one log of a journal. One caller at a time.</summary>
/// <param name="files">The segment files, cut at the end of the log.</param>
/// <param name="options">With the sizes of the journal.</param>
/// <param name="begin">Where the log begins.</param>
/// <param name="end">Where it goes on.</param>
/// <param name="sums">Those of the log up to there, and of what is appended.</param>
internal sealed class LogWriter(
    SegmentFiles files,
    FasterCheckpointOptions options,
    long begin,
    LogEnd end,
    LogSums sums
) : IDisposable
{
    private const int EntryMin = 1 << 12;

    private readonly uint store = files.Store;
    private readonly long pageSize = options.PageSize;
    private WriteBuffer? buffer;
    private byte[] entry = [];

    /// <summary>Where the next frame comes.</summary>
    public LogEnd End { get; private set; } = end;

    /// <summary>Everything below this address is on disk.</summary>
    public long Durable { get; private set; } = end.End;

    /// <summary>Puts a frame into the write buffer, in parts when it is large; where all of it
    /// lies.</summary>
    public LogSpan Append(FrameHead head, ReadOnlySpan<byte> payload)
    {
        var first = 0L;
        var part = 0;
        for (
            int taken;
            (taken = FrameParts.Next(End.End, head.RunId, payload.Length, pageSize)) < payload.Length;
            part++
        )
        {
            var chunk = head with { Kind = head.Kind.OfParts(), Part = part };
            var address = AppendFrame(chunk, payload[..taken]);
            payload = payload[taken..];
            first = part == 0 ? address : first;
        }

        var last = AppendFrame(head with { Part = part }, payload);
        return LogSpan.Between(part == 0 ? last : first, End.End);
    }

    /// <summary>Returns when everything appended is on disk.</summary>
    public async ValueTask FlushAsync()
    {
        if (buffer is not null)
            await buffer.FlushAsync(End.End).ConfigureAwait(false);
        Durable = End.End;
    }

    public void Dispose() => buffer?.Dispose();

    private long AppendFrame(in FrameHead head, ReadOnlySpan<byte> payload)
    {
        var size = Frame.EntrySize(Frame.HeadSize + Encoding.UTF8.GetByteCount(head.RunId) + payload.Length);
        var address = LogAddress.Next(End.End, size, pageSize);
        var place = new FramePlace(address, (uint)(address - End.LastFrame), End.LastRun, Durable, store);
        if (entry.Length < size)
            entry = new byte[Math.Max(size, Math.Min(Math.Max(EntryMin, 2L * entry.Length), pageSize))];
        Frame.Write(entry, head, place, payload);

        buffer ??= new WriteBuffer(files, options, begin, End.End);
        buffer.Put(entry.AsSpan(0, size), address);
        sums.Add(address, entry.AsSpan(0, size));
        End = new(address + size, address, Checksum.Of(head.RunId));
        return address;
    }
}
