using Cano.Faster.Frames;
using Cano.Faster.Indexes;
using Cano.Kernel;

namespace Cano.Faster.Recovery;

/// <summary>Fills the index from what the recovery scan finds, and says of each run what is wrong with
/// it.</summary>
internal sealed partial class IndexRebuild(RunIndex index)
{
    private readonly Dictionary<string, FoundCopy> copies = [];

    /// <summary>How many bytes of gaps may have held frames of a run since its last row: in enough of them it
    /// may have been cleared and begun anew, and a later row that would fit may go on with rows that are
    /// gone. The clear may be in one gap and the rows in others.</summary>
    private readonly Dictionary<RunEntry, long> room = [];

    /// <summary>Takes in the fence of a frame, whatever else of the frame is damaged: it was given.</summary>
    public void Learn(long fence) => index.Fences.Learn(fence);

    /// <summary>Bytes of the log are not as they were written, whatever became of what they held. (That what
    /// comes before its beginning is gone is no trouble.)</summary>
    public bool IsInTrouble { get; private set; }

    public void Apply(LogFact fact)
    {
        DropBeginning(fact);
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
                Release(index.FindOrAdd(release.RunId), release);
                break;
            case LogFact.Clear clear:
                Forget(clear.RunId);
                break;
            case LogFact.RowLost lost:
                Note(lost.RunId, lost);
                Lose(lost.RunId, lost.Sequence, lost.Address, lost.Problem);
                break;
            case LogFact.Gap gap:
                Doubt(gap);
                break;
            case LogFact.Copy
            or LogFact.CopiedRow
            or LogFact.CopyLost
            or LogFact.CopiedEntry
            or LogFact.CopiedEnd
            or LogFact.EntryCopyLost:
                ApplyToCopy(fact);
                break;
            case LogFact.Entry or LogFact.EntryLost:
                ApplyToInbox(fact);
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
        unbegun.Remove(run.Id);
        run.Fence = Math.Max(run.Fence, claim.Fence);
        run.KeepClaim(claim.Span, index.Segments);
        CheckCount(run, claim.Inbox, claim.Span.Address);
    }

    private void Release(RunEntry run, LogFact.Release release)
    {
        unbegun.Remove(run.Id);
        run.Progress = run.Progress.Released();
        CheckCount(run, release.Inbox, address: 0);
    }

    private RunEntry Keep(RunEntry run, in FoundRow found)
    {
        var signal = TakeBeginning(ref run, found);
        var row = found.Facts;
        var isSnapshot = row.Kind == RowKind.Snapshot;
        var gaps = room.Count > 0 && room.Remove(run, out var bytes) ? bytes : 0;
        var isTorn = gaps > 0 && CanHoldAnew(gaps, run);
        var place = PlaceOf(row.Sequence, run);
        var decision = RowRule.Of(place, isSnapshot, DoubtOf(run), isTorn);
        // The first row that is found of a run follows others that the log no longer needs.
        if (place == FoundPlace.Elsewhere && (run.NextSequence > 0 || gaps > 0) || isTorn)
            MissRows(run);
        switch (decision)
        {
            case RowDecision.BeginAnew:
                Forget(run.Id);
                run = index.FindOrAdd(run.Id);
                break;
            case RowDecision.Mend:
                Mend(run);
                if (isSnapshot)
                    DoubtTaken(run, found.Span.Address);
                break;
            case RowDecision.Missing:
                Mark(run, run.NextSequence, "it is missing");
                break;
            case RowDecision.Torn:
                Mark(run, row.Sequence, "the rows before it may be those of a run that was cleared");
                break;
        }

        // It says all that a copy under way would say.
        if (isSnapshot)
            copies.Remove(run.Id);
        if (signal is { } first && run.Inbox is null)
            KeepInInbox(run, first);
        Add(run, found);
        CheckCount(run, found.Inbox, found.Span.Address);
        return run;
    }

    /// <summary>An entry of a run's inbox comes after its row 0, or is kept with it, so that another row 0
    /// begins it anew.</summary>
    private static FoundPlace PlaceOf(long sequence, RunEntry run) =>
        sequence == run.NextSequence && (sequence > 0 || run.Inbox is null) ? FoundPlace.Next
        : sequence == 0 ? FoundPlace.Anew
        : FoundPlace.Elsewhere;

    private static FoundDoubt DoubtOf(RunEntry run) =>
        run.RowDamage is null ? FoundDoubt.None
        : run.IsDoubt ? FoundDoubt.Doubt
        : FoundDoubt.Damage;

    private static void Mend(RunEntry run) => (run.RowDamage, run.IsDoubt) = (null, false);

    private void Add(RunEntry run, in FoundRow found)
    {
        run.NextSequence = found.Facts.Sequence + 1;
        (run.NextStatus, run.NextCategory) = (found.Facts.Status, found.Facts.Rare?.Category);
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

    private void Lose(string id, long sequence, long address, string problem)
    {
        var run = index.FindOrAdd(id);
        Mark(run, sequence, problem);
        run.NextSequence = Math.Max(run.NextSequence, sequence + 1);
        MissRows(run);
        run.Pin(new LogSpan(address, Size: 0), index.Segments);
    }

    /// <summary>A gap may have held the next row of any run that was not over; of one frame the run is
    /// known.</summary>
    private void Doubt(LogFact.Gap gap)
    {
        // Each frame that was there may have given one more, and none is given again.
        Learn(index.Fences.Newest + ((gap.To - gap.From) / Frame.EntrySizeMin));
        foreach (var copy in copies.Values)
            copy.Note(gap);
        var known = false;
        foreach (var run in index.Runs)
            known |= Doubt(run, gap);
        if (gap.Run is not null && known)
            return;

        var unknown = index.FindOrAdd($"unknown run at log address {gap.From}");
        unknown.Pin(new LogSpan(gap.From, Size: 0), index.Segments);
        unknown.RowDamage =
            $"decode checkpoint row at log address {gap.From}: {gap.Why}, "
            + "and may have held runs of which nothing is left";
    }

    /// <summary>False when the gap held a frame of another run, or at most the clear of one that is over for
    /// good, which cannot say so itself.</summary>
    private bool Doubt(RunEntry run, LogFact.Gap gap)
    {
        if (gap.Run is { } sum && sum != run.IdSum)
            return false;

        room[run] = room.GetValueOrDefault(run) + gap.To - gap.From;
        if (RowStatuses.IsSettled(run.Status))
            return false;

        if (run.RowDamage is null)
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
        if (run.RowDamage is not null && !run.IsDoubt)
            return;

        run.RowDamage = JournalError.Undecodable(run.Id, sequence, problem).Error.Message;
        run.IsDoubt = false;
    }
}
