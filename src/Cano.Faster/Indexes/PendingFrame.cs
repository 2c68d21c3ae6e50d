using Cano.Faster.Frames;

namespace Cano.Faster.Indexes;

/// <summary>A frame that waits to be on disk, and what it changes then.</summary>
internal abstract class PendingFrame(FrameHead head, ReadOnlyMemory<byte> payload)
{
    public FrameHead Head => head;

    public ReadOnlyMemory<byte> Payload => payload;

    /// <summary>Where the frame was put.</summary>
    public LogSpan Span { get; set; }

    /// <summary>The frame is on disk.</summary>
    public abstract void Publish(SegmentUse segments);
}

/// <summary>A frame that a call asked for.</summary>
/// <param name="run">The run that it is about.</param>
/// <param name="head">Its head.</param>
/// <param name="payload">Its payload.</param>
/// <param name="row">Of a row all of it.</param>
/// <param name="entry">Of an entry of an inbox what it is.</param>
internal sealed class RequestedFrame(
    RunEntry run,
    FrameHead head,
    ReadOnlyMemory<byte> payload = default,
    CheckpointRow? row = null,
    InboxKind entry = default
) : PendingFrame(head, payload)
{
    public RunEntry Run => run;

    public override void Publish(SegmentUse segments)
    {
        run.Waiting--;
        switch (Head.Kind)
        {
            case FrameKind.Row:
                run.Keep(RowFacts.Of(row!, Head.Ticks), Span, segments);
                break;
            case FrameKind.Claim:
                run.KeepClaim(Span, segments);
                break;
            case FrameKind.Clear:
                run.Forget(segments);
                break;
            case FrameKind.Inbox:
                run.KeepEntry(new(Head.Sequence, entry, Span), segments);
                break;
        }
    }
}
