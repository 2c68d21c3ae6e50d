using Cano.Faster.Frames;

namespace Cano.Faster.Indexes;

/// <summary>A run's way to the end of the log: which rows, and which entries of its inbox, it had when the
/// copy was begun, and how many of them are on disk there. What the run gets meanwhile stays where it
/// is.</summary>
/// <param name="source">The rows.</param>
/// <param name="oldSize">The bytes of the rows that are copied.</param>
/// <param name="inbox">The inbox; null when the run was never sent anything.</param>
internal sealed class RunCopy(RunExtent source, long oldSize, InboxExtent? inbox)
{
    private int arrived;

    public RunExtent Source => source;

    /// <summary>The inbox; null when the run was never sent anything.</summary>
    public InboxExtent? Inbox => inbox;

    /// <summary>The ids that the inbox knew when the copy was begun.</summary>
    public byte[] SeenIds { get; } = inbox?.Seen?.ToBytes() ?? [];

    /// <summary>The bytes of the rows that are copied.</summary>
    public long OldSize => oldSize;

    /// <summary>Where the copy's head was put.</summary>
    public LogSpan Head { get; private set; }

    /// <summary>Where the rows are now, as far as they are on disk.</summary>
    public List<long> Addresses { get; } = new(source.Addresses.Length);

    /// <summary>Where the entries of the inbox are now, as far as they are on disk.</summary>
    public List<InboxPlace> Entries { get; } = [];

    /// <summary>Where the ids are now.</summary>
    public LogSpan Ids { get; private set; }

    /// <summary>The bytes of the rows, and of the head, on disk.</summary>
    public long Size { get; private set; }

    /// <summary>How many frames of the inbox follow the rows: its entries, and its end.</summary>
    public int InboxFrames => inbox is { Places.Length: var entries } ? entries + 1 : 0;

    /// <summary>How many frames besides the head the writer has taken to write.</summary>
    public int Submitted { get; set; }

    public bool IsSubmitted => Submitted == source.Addresses.Length + InboxFrames;

    /// <summary>The run still has the rows that are copied. What has changed them, a snapshot or a clear,
    /// came later in the log, so that nothing is lost with the copy.</summary>
    public bool IsCurrent => source.Run.Copy == this && source.Run.Moved == source.Moved;

    /// <summary>Gives the copy up; what was written of it is dead.</summary>
    public void Drop()
    {
        if (source.Run.Copy == this)
            source.Run.Copy = null;
    }

    /// <summary>A frame of the copy is on disk. With the last one the run is at its new place.</summary>
    public void Arrive(PendingFrame frame, SegmentUse segments)
    {
        switch (frame.Head.Kind)
        {
            case FrameKind.Copy:
                (Head, Size) = (frame.Span, frame.Span.Size);
                break;
            case FrameKind.CopiedRow:
                Addresses.Add(frame.Span.Address);
                Size += frame.Span.Size;
                break;
            case FrameKind.CopiedInbox:
                Entries.Add(inbox!.Value.Places[Entries.Count] with { Span = frame.Span });
                break;
            case FrameKind.CopiedIds:
                Ids = frame.Span;
                break;
        }

        if (arrived++ < source.Addresses.Length + InboxFrames)
            return;
        if (IsCurrent)
            source.Run.MoveTo(this, segments);
        Drop();
    }
}

/// <summary>A frame of a copy.</summary>
internal sealed class CopiedFrame(RunCopy copy, FrameHead head, ReadOnlyMemory<byte> payload)
    : PendingFrame(head, payload)
{
    public override void Publish(SegmentUse segments) => copy.Arrive(this, segments);
}
