namespace Cano.Faster.Recovery;

/// <summary>A copy of a run that the recovery scan is on the way through. It takes the run's place when all
/// of its rows were there; else nothing comes of it.</summary>
internal sealed class FoundCopy(LogFact.Copy head)
{
    private readonly List<FoundRow> rows = [];
    private readonly List<FoundEntry> entries = [];
    private readonly List<LogFact> later = [];

    public LogFact.Copy Head => head;

    /// <summary>The copied rows.</summary>
    public IReadOnlyList<FoundRow> Rows => rows;

    /// <summary>What was found of the run itself, and of gaps, since the copy's head: it goes on from
    /// there.</summary>
    public IReadOnlyList<LogFact> Later => later;

    /// <summary>The entries of the copied inbox.</summary>
    public IReadOnlyList<FoundEntry> Entries => entries;

    /// <summary>The end of the copied inbox; null as long as it was not there, and of a run without
    /// one.</summary>
    public FoundInboxEnd? InboxEnd { get; private set; }

    public bool IsWhole => rows.Count == head.Head.Rows && (head.Head.Inbox == 0 || InboxEnd is not null);

    /// <summary>Takes the copy's next row; false when it is another one.</summary>
    public bool Take(in FoundRow row)
    {
        if (rows.Count == head.Head.Rows || row.Facts.Sequence != head.Sequence + rows.Count)
            return false;

        rows.Add(row);
        return true;
    }

    /// <summary>Takes the next entry of the copy's inbox; false when it is another one.</summary>
    public bool Take(in FoundEntry entry)
    {
        var isNext =
            rows.Count == head.Head.Rows
            && entries.Count < head.Head.Inbox - 1
            && entry.Place.Number > (entries is [.., var last] ? last.Place.Number : -1);
        if (isNext)
            entries.Add(entry);
        return isNext;
    }

    /// <summary>Takes the end of the copy's inbox; false when it is not that.</summary>
    public bool Take(FoundInboxEnd end)
    {
        var isEnd =
            rows.Count == head.Head.Rows
            && entries.Count == head.Head.Inbox - 1
            && end.Next > (entries is [.., var last] ? last.Place.Number : -1)
            && unchecked((ushort)end.Next) == head.Inbox;
        if (isEnd)
            InboxEnd = end;
        return isEnd;
    }

    public void Note(LogFact fact) => later.Add(fact);
}
