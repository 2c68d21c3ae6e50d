using System.Buffers;
using Cano.Faster.Frames;
using Cano.Kernel;

namespace Cano.Faster.Recovery;

/// <summary>Turns frames into facts: puts the parts of a large row together again and decodes rows.</summary>
internal sealed class ChunkAssembler
{
    private readonly FactsReader facts = new();
    private ArrayBufferWriter<byte> body = new();
    private FrameHead first;
    private long firstAddress;
    private LogEnd firstAfter;
    private int count;

    /// <summary>What became of parts whose row never came; null when there are none.</summary>
    public LogFact? Unfinished => count == 0 ? null : Lost(first, firstAddress, "its last part is missing");

    /// <summary>Where the log ended before the parts at hand; without any where it ends now. A log that is
    /// cut behind parts would keep them for ever without their row.</summary>
    public LogEnd StartAt(LogEnd end) => count == 0 ? end : firstAfter;

    /// <summary>Gives up parts that the frame does not go on with: what became of their row, or
    /// null.</summary>
    public LogFact? GiveUp(in FrameView frame)
    {
        if (count == 0)
            return null;

        var head = frame.Head;
        var goesOn =
            head.Part > 0
            && head.RunId == first.RunId
            && head.Sequence == first.Sequence
            && (head.Kind == first.Kind || head.Kind.OfParts() == first.Kind);
        if (goesOn)
            return null;

        var lost = Unfinished;
        count = 0;
        return lost;
    }

    /// <summary>Takes a frame that is a sound row by itself, as nearly all are. False for any other, which
    /// <see cref="Take"/> has to take.</summary>
    public bool TryTakeRow(in FrameView frame, out FoundRow row)
    {
        row = default;
        return count == 0
            && frame.Kind == FrameKind.Row
            && frame.Part == 0
            && frame.IsWhole
            && Read(frame.Payload, frame, frame.Span, out row) is null;
    }

    /// <summary>The fact that the frame completes; null for a part of a row.</summary>
    public LogFact? Take(in FrameView frame, LogEnd before)
    {
        var head = frame.Head;
        switch (head.Kind)
        {
            case FrameKind.Chunk
            or FrameKind.CopiedChunk
            or FrameKind.InboxChunk
            or FrameKind.CopiedInboxChunk:
                return TakeChunk(frame, before);
            case FrameKind.Row
            or FrameKind.CopiedRow
            or FrameKind.Inbox
            or FrameKind.CopiedInbox
            or FrameKind.CopiedIds:
                return TakeWhole(frame);
            case FrameKind.Claim:
                return new LogFact.Claim(head.RunId, head.Fence, frame.Span, head.Inbox);
            case FrameKind.Release:
                return new LogFact.Release(head.RunId, head.Inbox);
            case FrameKind.Copy:
                return frame.IsWhole && CopyHead.Read(frame.Payload, head.Sequence) is { } copy
                    ? new LogFact.Copy(head.RunId, copy, head.Sequence, head.Fence, frame.Span, head.Inbox)
                    : Lost(frame, "the head of its copy is damaged");
            case FrameKind.Clear:
                return new LogFact.Clear(head.RunId);
            default:
                throw JournalError.Of(
                    $"the journal holds a frame of kind {(byte)head.Kind}, which a newer version of Cano "
                        + "wrote: open it with that version"
                );
        }
    }

    private LogFact? TakeChunk(in FrameView frame, LogEnd before)
    {
        if (!frame.IsWhole)
        {
            count = 0;
            return Lost(frame, $"the checksum of part {frame.Head.Part} is wrong");
        }

        if (frame.Head.Part == 0)
        {
            (first, firstAddress, firstAfter, count) = (frame.Head, frame.Place.Address, before, 0);
            body = new ArrayBufferWriter<byte>();
        }

        if (frame.Head != first with { Part = count } || IsTooLong(frame))
        {
            count = 0;
            return Lost(frame, "a part before it is missing, or it has too many");
        }

        body.Write(frame.Payload);
        count++;
        return null;
    }

    /// <summary>Takes what is whole with this frame: a row, or something of an inbox.</summary>
    private LogFact TakeWhole(in FrameView frame)
    {
        var head = frame.Head;
        var isLarge = head.Part > 0;
        var start = head with { Kind = head.Kind.OfParts(), Part = 0 };
        var complete = !isLarge || (head.Part == count && start == first);
        count = 0;
        if (!frame.IsWhole)
            return Lost(frame, "its checksum is wrong");
        if (!complete || (isLarge && IsTooLong(frame)))
            return Lost(frame, "a part of it is missing, or it has too many");

        if (isLarge)
            body.Write(frame.Payload);
        var span = isLarge ? LogSpan.Between(firstAddress, frame.Span.End) : frame.Span;
        var whole = isLarge ? body.WrittenSpan : frame.Payload;
        if (head.Kind.IsOfInbox())
            return InboxFacts.Of(head, whole, span);
        if (Read(whole, frame, span, out var row) is { } problem)
            return Lost(frame, problem);

        var fact = new LogFact.Row(head.RunId, row);
        return head.Kind.IsCopied() ? new LogFact.CopiedRow(fact) : fact;
    }

    private bool IsTooLong(in FrameView frame) =>
        body.WrittenCount + frame.Payload.Length > FrameLimit.BodyMax;

    /// <summary>Null and the row, or what is wrong with its body.</summary>
    private string? Read(ReadOnlySpan<byte> body, in FrameView frame, LogSpan span, out FoundRow row)
    {
        row = default;
        var view = RowView.Of(body);
        if (view.Damage is not null)
            return view.Damage;
        if (view.Sequence != frame.Sequence)
            return $"it says of itself sequence {view.Sequence}";

        row = new FoundRow(facts.Read(in view, frame.Ticks), frame.Fence, span, frame.Inbox);
        return null;
    }

    private static LogFact Lost(in FrameView frame, string problem) =>
        Lost(frame.Head, frame.Place.Address, problem);

    private static LogFact Lost(in FrameHead head, long address, string problem) =>
        head.Kind.IsOfInbox() ? InboxFacts.Lost(head, address, problem)
        : head.Kind.IsCopied() ? new LogFact.CopyLost(head.RunId, head.Sequence, address, problem)
        : new LogFact.RowLost(head.RunId, head.Sequence, address, problem);
}
