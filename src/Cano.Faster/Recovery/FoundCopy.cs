namespace Cano.Faster.Recovery;

/// <summary>A copy of a run that the recovery scan is on the way through. It takes the run's place when all
/// of its rows were there; else nothing comes of it.</summary>
internal sealed class FoundCopy(LogFact.Copy head)
{
    private readonly List<FoundRow> rows = [];
    private readonly List<LogFact> later = [];

    public LogFact.Copy Head => head;

    /// <summary>The copied rows.</summary>
    public IReadOnlyList<FoundRow> Rows => rows;

    /// <summary>What was found of the run itself, and of gaps, since the copy's head: it goes on from
    /// there.</summary>
    public IReadOnlyList<LogFact> Later => later;

    public bool IsWhole => rows.Count == head.Head.Rows;

    /// <summary>Takes the copy's next row; false when it is another one.</summary>
    public bool Take(in FoundRow row)
    {
        if (row.Facts.Sequence != head.Sequence + rows.Count)
            return false;

        rows.Add(row);
        return true;
    }

    public void Note(LogFact fact) => later.Add(fact);
}
