namespace Cano;

/// <summary>A frame that waits to be on disk, and what it changes then.</summary>
internal sealed class PendingFrame(RunEntry run, FrameKind kind, long fence)
{
    public RunEntry Run => run;

    public FrameKind Kind => kind;

    /// <summary>Of a row frame the row.</summary>
    public CheckpointRow? Row { get; init; }

    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Where the frame was put.</summary>
    public long Address { get; set; }

    public FrameHead Head => new(kind, run.Id, Row?.Sequence ?? 0, fence, Part: 0);

    /// <summary>The frame is on disk.</summary>
    public void Publish(SegmentUse segments)
    {
        run.Waiting--;
        if (kind == FrameKind.Clear)
            run.Release(segments);
        else if (kind == FrameKind.Claim)
            run.KeepClaim(Address, segments);
        else
            run.Keep(Row!, Address, segments);
    }
}
