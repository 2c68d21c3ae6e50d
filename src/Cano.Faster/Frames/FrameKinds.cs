namespace Cano.Faster.Frames;

internal static class FrameKinds
{
    /// <summary>The kind of the parts that come before a frame of this kind.</summary>
    public static FrameKind OfParts(this FrameKind kind) =>
        kind is FrameKind.CopiedRow ? FrameKind.CopiedChunk
        : kind is FrameKind.Inbox ? FrameKind.InboxChunk
        : kind is FrameKind.CopiedInbox or FrameKind.CopiedIds ? FrameKind.CopiedInboxChunk
        : FrameKind.Chunk;

    /// <summary>The frame belongs to a copy: what it says is in the log a second time, unless the first is
    /// gone.</summary>
    public static bool IsCopied(this FrameKind kind) =>
        kind
            is FrameKind.Copy
                or FrameKind.CopiedRow
                or FrameKind.CopiedChunk
                or FrameKind.CopiedInbox
                or FrameKind.CopiedInboxChunk
                or FrameKind.CopiedIds;

    /// <summary>The frame is about an inbox, and its sequence is a number of that.</summary>
    public static bool IsOfInbox(this FrameKind kind) =>
        kind
            is FrameKind.Inbox
                or FrameKind.InboxChunk
                or FrameKind.CopiedInbox
                or FrameKind.CopiedInboxChunk
                or FrameKind.CopiedIds;
}
