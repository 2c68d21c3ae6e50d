using Cano.Faster.Frames;

namespace Cano.Faster.Recovery;

/// <summary>What the recovery scan found in the log, in the log's order.</summary>
internal abstract record LogFact
{
    private LogFact() { }

    /// <summary>Something was there and cannot be read.</summary>
    public bool IsLoss => this is RowLost or CopyLost or EntryLost or EntryCopyLost or Gap;

    /// <summary>A sound row.</summary>
    public sealed record Row(string RunId, FoundRow Found) : LogFact;

    public sealed record Claim(string RunId, long Fence, LogSpan Span, ushort Inbox) : LogFact;

    public sealed record Release(string RunId, ushort Inbox) : LogFact;

    public sealed record Clear(string RunId) : LogFact;

    /// <summary>The head of a copy, which the copied rows follow.</summary>
    public sealed record Copy(
        string RunId,
        CopyHead Head,
        long Sequence,
        long Fence,
        LogSpan Span,
        ushort Inbox
    ) : LogFact
    {
        /// <summary>The sequence after that of the copy's last row.</summary>
        public long NextSequence => Sequence + Head.Rows;
    }

    /// <summary>A sound row of a copy.</summary>
    public sealed record CopiedRow(Row Copied) : LogFact;

    /// <summary>A sound entry of an inbox.</summary>
    public sealed record Entry(string RunId, FoundEntry Found) : LogFact;

    /// <summary>A sound entry of a copied inbox.</summary>
    public sealed record CopiedEntry(Entry Copied) : LogFact;

    /// <summary>The end of a copied inbox.</summary>
    public sealed record CopiedEnd(string RunId, FoundInboxEnd Found) : LogFact;

    /// <summary>An entry whose frame tells whose it was, but that cannot be read.</summary>
    public sealed record EntryLost(string RunId, long Number, long Address, string Problem) : LogFact;

    /// <summary>A part of a copied inbox that cannot be read.</summary>
    public sealed record EntryCopyLost(string RunId, long Number, long Address, string Problem) : LogFact;

    /// <summary>A part of a copy that cannot be read.</summary>
    public sealed record CopyLost(string RunId, long Sequence, long Address, string Problem) : LogFact;

    /// <summary>A row whose frame tells whose it was, but that cannot be read.</summary>
    public sealed record RowLost(string RunId, long Sequence, long Address, string Problem) : LogFact;

    /// <summary>Bytes that held frames and hold none that can be read.</summary>
    /// <param name="From">Where they begin.</param>
    /// <param name="To">Where the log can be read again.</param>
    /// <param name="Run">The checksum of the run id when it was a single frame, else null.</param>
    /// <param name="Why">What is wrong with them.</param>
    public sealed record Gap(long From, long To, uint? Run, string Why) : LogFact;
}
