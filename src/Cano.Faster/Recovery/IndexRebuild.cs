using Cano.Faster.Frames;
using Cano.Faster.Indexes;

namespace Cano.Faster.Recovery;

/// <summary>Fills the index from what the recovery scan finds, and says of each run what is wrong with
/// it.</summary>
internal sealed class IndexRebuild(RunIndex index)
{
    private readonly Dictionary<string, FoundCopy> copies = [];

    /// <summary>How many bytes of gaps may have held frames of a run since its last row: in enough of them it
    /// may have been cleared and begun anew, and a later row that would fit may go on with rows that are
    /// gone. The clear may be in one gap and the rows in others.</summary>
    private readonly Dictionary<RunEntry, long> room = [];

    public void Apply(LogFact fact)
    {
        switch (fact)
        {
            case LogFact.Row row:
                Note(row.RunId, row);
                Keep(index.FindOrAdd(row.RunId), row.Found);
                break;
            case LogFact.Claim claim:
                Note(claim.RunId, claim);
                Claim(index.FindOrAdd(claim.RunId), claim);
                break;
            case LogFact.Release release:
                Note(release.RunId, release);
                var released = index.FindOrAdd(release.RunId);
                released.Progress = released.Progress.Released();
                break;
            case LogFact.Clear clear:
                Forget(clear.RunId);
                break;
            case LogFact.RowLost lost:
                Note(lost.RunId, lost);
                Lose(lost.RunId, lost.Sequence, lost.Address, lost.Problem);
                break;
            case LogFact.Gap gap:
                foreach (var copy in copies.Values)
                    copy.Note(gap);
                Doubt(gap);
                break;
            case LogFact.Copy head:
                BeginCopy(head);
                break;
            case LogFact.CopiedRow copied:
                GoOnCopying(copied.Copied);
                break;
            case LogFact.CopyLost lost:
                LoseCopy(lost.RunId, lost.Sequence, lost.Address, lost.Problem);
                break;
        }
    }

    /// <summary>As <see cref="Apply"/> of a row, without a fact: nearly all of a journal is rows, and nearly
    /// all of them belong to runs that are known.</summary>
    public RunEntry Keep(ReadOnlySpan<char> id, in FoundRow row)
    {
        var run = index.FindOrAdd(id);
        if (copies.ContainsKey(run.Id))
            Note(run.Id, new LogFact.Row(run.Id, row));
        return Keep(run, row);
    }

    private void Note(string id, LogFact fact)
    {
        if (copies.TryGetValue(id, out var copy))
            copy.Note(fact);
    }

    private void Claim(RunEntry run, LogFact.Claim claim)
    {
        index.Fences.Learn(claim.Fence);
        run.Fence = Math.Max(run.Fence, claim.Fence);
        run.KeepClaim(claim.Span, index.Segments);
    }

    private RunEntry Keep(RunEntry run, in FoundRow found)
    {
        var row = found.Facts;
        var isSnapshot = row.Kind == RowKind.Snapshot;
        var isTorn = room.Count > 0 && room.Remove(run, out var bytes) && CanHoldAnew(bytes, run);
        switch (RowRule.Of(PlaceOf(row.Sequence, run), isSnapshot, DoubtOf(run), isTorn))
        {
            case RowDecision.BeginAnew:
                Forget(run.Id);
                run = index.FindOrAdd(run.Id);
                break;
            case RowDecision.Mend:
                Mend(run);
                break;
            case RowDecision.Missing:
                Mark(run, run.NextSequence, "it is missing");
                break;
            case RowDecision.Torn:
                Mark(run, row.Sequence, "the rows before it may be those of a run that was cleared");
                break;
            case RowDecision.Keep:
                break;
        }

        // It says all that a copy under way would say.
        if (isSnapshot)
            copies.Remove(run.Id);
        Add(run, found);
        return run;
    }

    private static FoundPlace PlaceOf(long sequence, RunEntry run) =>
        sequence == run.NextSequence ? FoundPlace.Next
        : sequence == 0 ? FoundPlace.Anew
        : FoundPlace.Elsewhere;

    private static FoundDoubt DoubtOf(RunEntry run) =>
        run.Damage is null ? FoundDoubt.None
        : run.IsDoubt ? FoundDoubt.Doubt
        : FoundDoubt.Damage;

    private static void Mend(RunEntry run) => (run.Damage, run.IsDoubt) = (null, false);

    private void Add(RunEntry run, in FoundRow found)
    {
        run.NextSequence = found.Facts.Sequence + 1;
        index.Fences.Learn(found.Fence);
        run.Fence = Math.Max(run.Fence, found.Fence);
        if (run.StartTicks == 0)
            run.StartTicks = found.Facts.StartTicks;
        run.Keep(found.Facts, found.Span, index.Segments);
    }

    private void Forget(string id)
    {
        copies.Remove(id);
        if (index.Remove(id, out var run))
            run.Forget(index.Segments);
    }

    /// <summary>Until its copy is whole, a run is what is left of its first place.</summary>
    private void BeginCopy(LogFact.Copy head)
    {
        var copy = copies[head.RunId] = new FoundCopy(head);
        if (copy.IsWhole)
        {
            Replace(copy);
            return;
        }

        var run = index.FindOrAdd(head.RunId);
        if (run.NextSequence != head.NextSequence)
        {
            var first = Math.Max(run.NextSequence, head.Sequence);
            Lose(
                head.RunId,
                first,
                head.Span.Address,
                $"its copy at log address {head.Span.Address} is not whole"
            );
            run.NextSequence = head.NextSequence;
        }
        else if (run.IsDoubt)
        {
            // The head says that the run has no more rows than it has: none of them was in the gap.
            Mend(run);
        }
    }

    private void GoOnCopying(LogFact.Row row)
    {
        var found = row.Found;
        var sequence = found.Facts.Sequence;
        if (!copies.TryGetValue(row.RunId, out var copy) || !copy.Take(found))
            LoseCopy(row.RunId, sequence, found.Span.Address, "a part of its copy is missing");
        else if (copy.IsWhole)
            Replace(copy);
    }

    /// <summary>Nothing comes of a copy. That is damage only of a run that is not there without it.</summary>
    private void LoseCopy(string id, long sequence, long address, string problem)
    {
        copies.Remove(id);
        if (!index.TryFind(id, out var run) || run.NextSequence <= sequence)
            Lose(id, sequence, address, problem);
    }

    /// <summary>A whole copy is the run: it holds all that was known of it, so that older damage is
    /// mended.</summary>
    private void Replace(FoundCopy copy)
    {
        var head = copy.Head;
        Forget(head.RunId);
        var run = index.FindOrAdd(head.RunId);
        run.KeepCopyHead(head.Span, index.Segments);
        foreach (var row in copy.Rows)
            Add(run, row);
        run.NextSequence = head.NextSequence;
        index.Fences.Learn(head.Fence);
        run.Fence = head.Fence;
        run.Progress = run.Progress with { Tries = head.Head.Tries };
        foreach (var fact in copy.Later)
            if (fact is LogFact.Gap gap)
                Doubt(run, gap);
            else
                Apply(fact);
    }

    private void Lose(string id, long sequence, long address, string problem)
    {
        var run = index.FindOrAdd(id);
        Mark(run, sequence, problem);
        run.NextSequence = Math.Max(run.NextSequence, sequence + 1);
        run.Pin(new LogSpan(address, Size: 0), index.Segments);
    }

    /// <summary>A gap may have held the next row of any run that was not over; of one frame the run is
    /// known.</summary>
    private void Doubt(LogFact.Gap gap)
    {
        var known = false;
        foreach (var run in index.Runs)
            known |= Doubt(run, gap);
        if (gap.Run is not null && known)
            return;

        var unknown = index.FindOrAdd($"unknown run at log address {gap.From}");
        unknown.Pin(new LogSpan(gap.From, Size: 0), index.Segments);
        unknown.Damage =
            $"decode checkpoint row at log address {gap.From}: {gap.Why}, "
            + "and may have held runs of which nothing is left";
    }

    /// <summary>False when the gap held a frame of another run, or at most the clear of one that is over,
    /// which cannot say so itself.</summary>
    private bool Doubt(RunEntry run, LogFact.Gap gap)
    {
        if (gap.Run is { } sum && sum != run.IdSum)
            return false;

        room[run] = room.GetValueOrDefault(run) + gap.To - gap.From;
        if (run.IsOver)
            return false;

        if (run.Damage is null)
        {
            Mark(run, run.NextSequence, $"{gap.Why}, and may have held it");
            run.IsDoubt = true;
        }

        return true;
    }

    /// <summary>Whether there was room for a clear of the run and as many rows as it had.</summary>
    private static bool CanHoldAnew(long bytes, RunEntry run)
    {
        var frameMin = Frame.EntryHeader + Frame.HeadSize + run.Id.Length;
        return bytes >= (run.NextSequence + 1) * frameMin;
    }

    private static void Mark(RunEntry run, long sequence, string problem)
    {
        if (run.Damage is not null && !run.IsDoubt)
            return;

        run.Damage = JournalError.Undecodable(run.Id, sequence, problem).Error.Message;
        run.IsDoubt = false;
    }
}
