using Cano.Faster.Frames;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Recovery;

/// <summary>Turns what frames hold of inboxes into facts.</summary>
internal static class InboxFacts
{
    /// <summary>The fact of a frame of an inbox that is no part.</summary>
    /// <param name="head">The frame's.</param>
    /// <param name="body">All of what it holds, sound.</param>
    /// <param name="span">Where that lies.</param>
    public static LogFact Of(in FrameHead head, ReadOnlySpan<byte> body, LogSpan span)
    {
        if (head.Kind == FrameKind.CopiedIds)
            return SeenIds.TryRead(body, out var seen)
                ? new LogFact.CopiedEnd(head.RunId, new(head.Sequence, seen, span))
                : Lost(head, span.Address, "the ids of its copy are damaged");

        if (InboxFormat.TryRead(body, out var content) is { } problem)
            return Lost(head, span.Address, problem);
        var entry = new LogFact.Entry(
            head.RunId,
            new(new(head.Sequence, content.Kind, span), content.Id is { } id ? SeenIds.HashOf(id) : null)
        );
        return head.Kind.IsCopied() ? new LogFact.CopiedEntry(entry) : entry;
    }

    /// <summary>A frame of an inbox cannot be read.</summary>
    public static LogFact Lost(in FrameHead head, long address, string problem) =>
        head.Kind.IsCopied()
            ? new LogFact.EntryCopyLost(head.RunId, head.Sequence, address, problem)
            : new LogFact.EntryLost(head.RunId, head.Sequence, address, problem);
}
