using Cano.Faster.Frames;
using Cano.Faster.Indexes;
using Cano.Kernel;

namespace Cano.Faster.Recovery;

// What is found of runs' inboxes. Numbers are dense, and frames of a run say how many its inbox had been
// given, so that an entry that is lost is missed.
internal sealed partial class IndexRebuild
{
    /// <summary>The entry 0 of an inbox of which no row was found, as long as nothing else is. A run that
    /// begins with a signal has it right before its row 0: the two are written together, and a crash may have
    /// taken the row.</summary>
    private LogFact.Entry? beginning;

    /// <summary>The runs of which such an entry is all that is found, and of which no gap may have held
    /// more.</summary>
    private readonly HashSet<string> unbegun = [];

    private bool hasGaps;

    /// <summary>Nothing more is found. A run that has nothing but what it was to begin with never
    /// began.</summary>
    public void End()
    {
        foreach (var id in unbegun)
            if (!HasRows(id))
                Forget(id);
        unbegun.Clear();
    }

    private void ApplyToInbox(LogFact fact)
    {
        switch (fact)
        {
            case LogFact.Entry entry:
                Note(entry.RunId, entry);
                if (entry.Found.Place.Number == 0)
                    Begin(entry);
                else
                    unbegun.Remove(entry.RunId);
                Keep(index.FindOrAdd(entry.RunId), entry.Found);
                break;
            case LogFact.EntryLost lost:
                Note(lost.RunId, lost);
                Lose(index.FindOrAdd(lost.RunId), lost.Number, lost.Address, lost.Problem);
                break;
        }
    }

    /// <summary>It may be what a run begins with, or what is left of one whose rows before it are gone:
    /// whatever is found next tells. Until then it is kept as the latter.</summary>
    private void Begin(LogFact.Entry entry)
    {
        beginning = entry;
        if (!hasGaps && !HasRows(entry.RunId) && !unbegun.Add(entry.RunId))
            Forget(entry.RunId);
    }

    /// <summary>What a run begins with, when that is what this row follows. A run that has never begun
    /// begins with this row.</summary>
    private FoundEntry? TakeBeginning(ref RunEntry run, in FoundRow row)
    {
        var entry = beginning;
        beginning = null;
        var isFirst = entry?.RunId == run.Id && row is { Facts.Sequence: 0, Inbox: 1 };
        if ((unbegun.Remove(run.Id) || isFirst) && row.Facts.Sequence == 0 && !HasRows(run.Id))
        {
            Forget(run.Id);
            run = index.FindOrAdd(run.Id);
        }

        return isFirst ? entry!.Found : null;
    }

    /// <summary>No row 0 follows the entry. When something is damaged there, that may have been the
    /// row.</summary>
    private void DropBeginning(LogFact next)
    {
        IsInTrouble |= next.IsLoss;
        hasGaps |= next is LogFact.Gap;
        if (next is LogFact.Gap or LogFact.RowLost && beginning is { } entry)
            unbegun.Remove(entry.RunId);
        if (next is not LogFact.Row)
            beginning = null;
    }

    private bool HasRows(string id) => index.TryFind(id, out var run) && run.NextSequence > 0;

    private void KeepInInbox(RunEntry run, in FoundEntry found)
    {
        (run.Inbox ??= new()).Find(found.Place, found.Id, index.Segments);
        run.FindEntry(found.Place, index.Segments);
    }

    private void Keep(RunEntry run, in FoundEntry found)
    {
        var (number, address) = (found.Place.Number, found.Place.Span.Address);
        // A run has a row before anything is sent to it.
        if (run.NextSequence == 0)
            Mark(run, 0, "it is missing");
        // Nothing is sent to a run that has ended: this one is of the next of its id, whose rows are gone.
        else if (!InboxRule.IsOpen(run.Status))
            Mark(run, run.NextSequence, "something was sent to the run after the end that is there");
        var next = run.Inbox?.Next ?? 0;
        if (number != next)
            Lose(run, next, address, "it is missing");
        // One that is there already is not taken in again.
        if (number < next)
            return;
        KeepInInbox(run, found);
    }

    /// <summary>A frame of the run says how many entries its inbox had been given.</summary>
    private void CheckCount(RunEntry run, ushort count, long address)
    {
        if (run.InboxCount != count && run.Inbox?.Damage is null)
            Lose(run, run.Inbox?.Next ?? 0, address, "it is missing");
    }

    /// <summary>An entry of the run's inbox is gone. What was first found stands.</summary>
    private void Lose(RunEntry run, long number, long address, string problem)
    {
        var inbox = run.Inbox ??= new();
        inbox.Damage ??= JournalError.UnreadEntry(run.Id, number, problem).Error.Message;
        inbox.PinAt(address);
        run.PinInbox(index.Segments);
    }

    private static void MissRows(RunEntry run)
    {
        if (run.Inbox is { } inbox)
            inbox.MissesRows = true;
    }

    /// <summary>A snapshot says what rows before it said, but not what those that are gone took.</summary>
    private void DoubtTaken(RunEntry run, long address)
    {
        if (run.Inbox is { MissesRows: true, Next: var next })
            Lose(run, next, address, "rows are gone that may have taken entries before it");
    }
}
