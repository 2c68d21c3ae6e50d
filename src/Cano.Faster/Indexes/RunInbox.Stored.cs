using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Indexes;

// An inbox as the index on disk has it.
internal sealed partial class RunInbox
{
    public void Write(IndexWriter index)
    {
        index.Number(Next);
        index.Number(Base);
        index.Number(leftByEnd);
        index.Span(ids);
        index.Bytes(seen?.ToBytes() ?? []);
        index.Number(places.Count);
        foreach (var place in places)
        {
            index.Number(place.Number);
            index.Number((long)place.Kind);
            index.Span(place.Span);
        }
    }

    /// <exception cref="InvalidDataException">It says what cannot be.</exception>
    public static RunInbox Read(ref IndexReader index, SegmentUse segments)
    {
        var inbox = new RunInbox();
        var next = index.Number(1, long.MaxValue);
        var first = index.Number(0, long.MaxValue);
        inbox.leftByEnd = (int)index.Number(0, int.MaxValue);
        var ids = index.Span();
        if (!SeenIds.TryRead(index.Bytes(), out var seen))
            throw IndexReader.Wrong();
        inbox.Begin(first, next, seen, ids, segments);
        for (var left = index.Number(0, index.Left); left > 0; left--)
            inbox.FindCopied(
                new(index.Number(0, next - 1), (InboxKind)index.Number(0, byte.MaxValue), index.Span()),
                segments
            );
        return inbox;
    }
}
