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
    public RawRow Read(string id, long sequence, long address) =>
        Read(new(id, sequence, IsEntry: false), address);

    /// <summary>Reads an entry of a run's inbox.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: it is not there, or is damaged.</exception>
    public RawRow ReadEntry(string id, long number, long address) =>
        Read(new(id, number, IsEntry: true), address);

    private RawRow Read(Sought sought, long address)
    {
        try
        {
            return ReadChecked(sought, address);
        }
        catch (ObjectDisposedException)
        {
            throw JournalError.Closed();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw sought.Undecodable(failure.Message, failure);
        }
    }

    private RawRow ReadChecked(Sought sought, long address)
    {
        ArrayBufferWriter<byte>? parts = null;
        for (var part = 0; ; part++)
        {
            var frame = FrameAt(address, sought);
            if (frame.Head.Part != part)
                throw sought.Undecodable($"part {part} is missing");

            if (sought.IsLast(frame.Kind))
            {
                parts?.Write(frame.Payload);
                return new(frame.Head, parts?.WrittenMemory ?? frame.Payload.ToArray());
            }

            if (!sought.IsPart(frame.Kind))
                throw sought.Undecodable($"log address {address} holds no part of it");
            parts ??= new ArrayBufferWriter<byte>(frame.Payload.Length * 2);
            parts.Write(frame.Payload);
            address = AfterPart(address + frame.Size);
        }
    }

    private FrameView FrameAt(long address, Sought sought)
    {
        var size = Frame.PlausibleSize(Window(address, Frame.EntryHeader + Frame.HeadSize));
        var entry = size == 0 ? default : Window(address, size);
        var sound = Frame.TryRead(entry, address, files.Store, out var frame);
        if (!sound || !frame.IsWhole)
            throw sought.Undecodable($"its frame at log address {address} is damaged");
        if (frame.Head.RunId != sought.Id || frame.Head.Sequence != sought.Sequence)
            throw sought.Undecodable($"log address {address} holds another one");

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

    /// <summary>A row, or an entry of an inbox, that is looked for.</summary>
    private readonly record struct Sought(string Id, long Sequence, bool IsEntry)
    {
        /// <summary>A frame of the kind holds it, or its last part.</summary>
        public bool IsLast(FrameKind kind) =>
            IsEntry
                ? kind is FrameKind.Inbox or FrameKind.CopiedInbox
                : kind is FrameKind.Row or FrameKind.CopiedRow;

        /// <summary>A frame of the kind holds a part of it that is not the last.</summary>
        public bool IsPart(FrameKind kind) =>
            IsEntry
                ? kind is FrameKind.InboxChunk or FrameKind.CopiedInboxChunk
                : kind is FrameKind.Chunk or FrameKind.CopiedChunk;

        public CanoException Undecodable(string problem, Exception? inner = null) =>
            IsEntry
                ? JournalError.UnreadEntry(Id, Sequence, problem, inner)
                : JournalError.Undecodable(Id, Sequence, problem, inner);
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
