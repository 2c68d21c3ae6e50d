using System.Buffers;
using Cano.Faster.Disks;
using Cano.Faster.Frames;

namespace Cano.Faster.Indexes;

/// <summary>Reads rows back by their addresses, and checks each against what the index expects
/// there.</summary>
internal sealed class RowReader(SegmentFiles files, long pageSize)
{
    /// <summary>How much is read at once of a run whose rows lie one behind the other; at first, and of
    /// one whose rows are scattered, much less.</summary>
    private const int ReadAheadMax = 1 << 16;

    private const int ReadAheadMin = 1 << 12;

    private byte[] window = [];
    private int ahead = ReadAheadMin;
    private long windowAddress;
    private int windowLength;

    /// <summary>Reads a whole run.</summary>
    public CheckpointRow[] ReadAll(in RunExtent extent, CancellationToken cancel)
    {
        var rows = new CheckpointRow[extent.Addresses.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            rows[i] = Decoded(Read(extent.Run.Id, extent.First + i, extent.Addresses[i]));
        }

        return rows;
    }

    /// <exception cref="CanoException">`checkpoint_store`: the row is not there, or is damaged.</exception>
    public RawRow Read(string id, long sequence, long address)
    {
        try
        {
            return ReadChecked(id, sequence, address);
        }
        catch (ObjectDisposedException)
        {
            throw JournalError.Closed();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw JournalError.Undecodable(id, sequence, failure.Message, failure);
        }
    }

    private RawRow ReadChecked(string id, long sequence, long address)
    {
        ArrayBufferWriter<byte>? parts = null;
        for (var part = 0; ; part++)
        {
            var frame = FrameAt(address, id, sequence);
            if (frame.Head.Part != part)
                throw JournalError.Undecodable(id, sequence, $"part {part} is missing");

            if (frame.Head.Kind is FrameKind.Row or FrameKind.CopiedRow)
            {
                parts?.Write(frame.Payload);
                return new(frame.Head, parts?.WrittenMemory ?? frame.Payload.ToArray());
            }

            if (frame.Head.Kind is not (FrameKind.Chunk or FrameKind.CopiedChunk))
                throw JournalError.Undecodable(id, sequence, $"log address {address} holds no part of a row");
            parts ??= new ArrayBufferWriter<byte>(frame.Payload.Length * 2);
            parts.Write(frame.Payload);
            address = AfterPart(address + frame.Size);
        }
    }

    private FrameView FrameAt(long address, string id, long sequence)
    {
        var size = Frame.PlausibleSize(Window(address, Frame.EntryHeader + Frame.HeadSize));
        var entry = size == 0 ? default : Window(address, size);
        var sound = Frame.TryRead(entry, address, files.Store, out var frame);
        if (!sound || !frame.IsWhole)
            throw JournalError.Undecodable(id, sequence, $"its frame at log address {address} is damaged");
        if (frame.Head.RunId != id || frame.Head.Sequence != sequence)
            throw JournalError.Undecodable(id, sequence, $"log address {address} holds another row");

        return frame;
    }

    private static CheckpointRow Decoded(RawRow raw) =>
        CheckpointRow.TryRead(raw.Body.Span, raw.Head.WrittenAt, out var row) is { } problem
            ? throw JournalError.Undecodable(raw.Head.RunId, raw.Head.Sequence, problem)
            : row!;

    /// <summary>A part is followed at once by the next one, on this page or at the start of the
    /// next.</summary>
    private long AfterPart(long end)
    {
        var isPageEnd = (end & (pageSize - 1)) == 0;
        return !isPageEnd && Frame.PlausibleSize(Window(end, Frame.EntryHeader + Frame.HeadSize)) == 0
            ? LogAddress.PageAfter(end, pageSize)
            : end;
    }

    /// <summary>The bytes from the address on, as many as asked for unless the page ends.</summary>
    private ReadOnlySpan<byte> Window(long address, int size)
    {
        var pageRest = (int)(pageSize - (address & (pageSize - 1)));
        size = Math.Min(size, pageRest);
        if (address < windowAddress || address + size > windowAddress + windowLength)
        {
            var isNear = address - windowAddress >= 0 && address - windowAddress <= 2L * windowLength;
            ahead = isNear ? Math.Min(2 * ahead, ReadAheadMax) : ReadAheadMin;
            (windowAddress, windowLength) = (address, Math.Min(Math.Max(size, ahead), pageRest));
            if (window.Length < windowLength)
                window = new byte[windowLength];
            files.Read(address, window.AsSpan(0, windowLength));
        }

        return window.AsSpan((int)(address - windowAddress), size);
    }
}
