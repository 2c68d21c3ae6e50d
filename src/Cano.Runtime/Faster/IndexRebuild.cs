namespace Cano;

/// <summary>Fills the index from what the recovery scan finds, and says of each run what is wrong with
/// it.</summary>
internal sealed class IndexRebuild(RunIndex index)
{
    private readonly Dictionary<string, string> texts = [];

    /// <summary>Runs that may have been cleared and begun anew within a gap: a later row that would fit may go on
    /// with rows that are gone.</summary>
    private readonly HashSet<RunEntry> torn = [];

    public void Apply(LogFact fact)
    {
        switch (fact)
        {
            case LogFact.Row row:
                Keep(row);
                break;
            case LogFact.Claim claim:
                var claimed = index.FindOrAdd(claim.RunId);
                claimed.Fence = Math.Max(claimed.Fence, claim.Fence);
                claimed.KeepClaim(claim.Address, index.Segments);
                break;
            case LogFact.Clear clear:
                Forget(clear.RunId);
                break;
            case LogFact.RowLost lost:
                var damaged = index.FindOrAdd(lost.RunId);
                Mark(damaged, lost.Sequence, lost.Problem);
                damaged.NextSequence = Math.Max(damaged.NextSequence, lost.Sequence + 1);
                damaged.Pin(lost.Address, index.Segments);
                break;
            case LogFact.Gap gap:
                Doubt(gap);
                break;
        }
    }

    private void Keep(LogFact.Row fact)
    {
        var row = fact.Value;
        // Only a cleared run begins again: its clear was lost, which takes nothing from anybody.
        if (row.Sequence == 0 && index.TryFind(fact.RunId, out var old) && old.NextSequence > 0)
            Forget(fact.RunId);

        var run = index.FindOrAdd(fact.RunId);
        var isNext = row.Sequence == run.NextSequence;
        if (row.Kind == RowKind.Snapshot || (run.IsDoubt && isNext && !torn.Contains(run)))
            (run.Damage, run.IsDoubt) = (null, false);
        else if (!isNext)
            Mark(run, run.NextSequence, "it is missing");
        else if (torn.Contains(run))
            Mark(run, row.Sequence, "the rows before it may be those of a run that was cleared");
        torn.Remove(run);

        run.NextSequence = row.Sequence + 1;
        run.Fence = Math.Max(run.Fence, fact.Fence);
        run.Keep(
            row with
            {
                State = Shared(row.State)!,
                WorkflowName = Shared(row.WorkflowName),
            },
            fact.Address,
            index.Segments
        );
    }

    private void Forget(string id)
    {
        if (index.Remove(id, out var run))
            run.Release(index.Segments);
    }

    /// <summary>A gap may have held the next row of any run that was not over; of one frame the run is
    /// known.</summary>
    private void Doubt(LogFact.Gap gap)
    {
        var known = false;
        foreach (var run in index.Runs)
        {
            if (gap.Run is { } sum && sum != run.IdSum)
                continue;

            if (CanHoldAnew(gap, run))
                torn.Add(run);
            // A run that is over has lost its clear at most; it cannot say so itself.
            if (run.IsOver)
                continue;

            known = true;
            if (run.Damage is null)
            {
                Mark(run, run.NextSequence, $"{gap.Why}, and may have held it");
                run.IsDoubt = true;
            }
        }

        if (gap.Run is not null && known)
            return;

        var unknown = index.FindOrAdd($"unknown run at log address {gap.From}");
        unknown.Pin(gap.From, index.Segments);
        unknown.Damage =
            $"decode checkpoint row at log address {gap.From}: {gap.Why}, "
            + "and may have held runs of which nothing is left";
    }

    /// <summary>Whether the gap has room for a clear of the run and as many rows as it had.</summary>
    private static bool CanHoldAnew(LogFact.Gap gap, RunEntry run)
    {
        var frameMin = Frame.EntryHeader + Frame.HeadSize + run.Id.Length;
        return gap.Run is null && gap.To - gap.From >= (run.NextSequence + 1) * frameMin;
    }

    private static void Mark(RunEntry run, long sequence, string problem)
    {
        if (run.Damage is not null && !run.IsDoubt)
            return;

        run.Damage = JournalError.Undecodable(run.Id, sequence, problem).Error.Message;
        run.IsDoubt = false;
    }

    /// <summary>One object for equal texts: a journal of a million runs has few states.</summary>
    private string? Shared(string? text)
    {
        if (text is null)
            return null;
        if (!texts.TryGetValue(text, out var shared))
            texts.Add(text, shared = text);
        return shared;
    }
}
