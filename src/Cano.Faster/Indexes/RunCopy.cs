using Cano.Faster.Frames;

namespace Cano.Faster.Indexes;

/// <summary>A run's way to the end of the log: which rows it had when the copy was begun, and how many of
/// them are on disk there. A row that the run appends meanwhile stays where it is.</summary>
internal sealed class RunCopy(RunExtent source, long oldSize)
{
    public RunExtent Source => source;

    /// <summary>The bytes of the rows that are copied.</summary>
    public long OldSize => oldSize;

    /// <summary>Where the copy's head was put.</summary>
    public LogSpan Head { get; private set; }

    /// <summary>Where the rows are now, as far as they are on disk.</summary>
    public List<long> Addresses { get; } = new(source.Addresses.Length);

    /// <summary>The bytes of the copy on disk.</summary>
    public long Size { get; private set; }

    /// <summary>How many rows the writer has taken to write.</summary>
    public int Submitted { get; set; }

    public bool IsSubmitted => Submitted == source.Addresses.Length;

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
        if (frame.Head.Kind == FrameKind.Copy)
            Head = frame.Span;
        else
            Addresses.Add(frame.Span.Address);
        Size += frame.Span.Size;

        if (Addresses.Count < source.Addresses.Length)
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
