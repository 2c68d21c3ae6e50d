using Cano.Faster.Frames;
using Cano.Faster.Indexes;
using Cano.Kernel;

namespace Cano.Faster.Recovery;

// What is found of runs' inboxes. Numbers are dense, and frames of a run say how many its inbox had been
// given, so that an entry that is lost is missed.
internal sealed partial class IndexRebuild
{
    /// <summary>The entry 0 of an inbox that was found last, as long as nothing else is found. A run that
    /// begins with a signal has it right before its row 0: the two are written together, and a crash may have
    /// taken the row.</summary>
    private LogFact.Entry? beginning;

    /// <summary>Such entries that no row 0 followed, by run. Where the run has later rows, those before the
    /// entry are gone: its space was given back, or they are damaged.</summary>
    private readonly Dictionary<string, FoundEntry> unbegun = [];

    private void ApplyToInbox(LogFact fact)
    {
        switch (fact)
        {
            case LogFact.Entry entry:
                Note(entry.RunId, entry);
                if (entry.Found.Place.Number == 0)
                    beginning = entry;
                else if (unbegun.Remove(entry.RunId, out var first))
                    Keep(index.FindOrAdd(entry.RunId), first);
                if (beginning is null || HasRows(entry.RunId))
                    Keep(index.FindOrAdd(entry.RunId), entry.Found);
                break;
            case LogFact.EntryLost lost:
                Note(lost.RunId, lost);
                Lose(index.FindOrAdd(lost.RunId), lost.Number, lost.Address, lost.Problem);
                break;
        }
    }

    /// <summary>What a run begins with, when that is what this row follows.</summary>
    private FoundEntry? TakeBeginning(string id, in FoundRow row)
    {
        var entry = beginning;
        Shelve();
        if (unbegun.Remove(id, out var first) && row.Facts.Sequence > 0)
            Keep(index.FindOrAdd(id), first);
        return entry?.RunId == id && row is { Facts.Sequence: 0, Inbox: 1 } ? entry.Found : null;
    }

    /// <summary>No row 0 follows the entry. When something is damaged there, that may have been the row; else
    /// its run has never begun.</summary>
    private void DropBeginning(LogFact next)
    {
        if (next is LogFact.Row || beginning is not { } entry)
            return;
        Shelve();
        if (next is LogFact.Gap or LogFact.RowLost && unbegun.Remove(entry.RunId))
            Keep(index.FindOrAdd(entry.RunId), entry.Found);
    }

    private void Shelve()
    {
        if (beginning is { } entry && !HasRows(entry.RunId))
            unbegun[entry.RunId] = entry.Found;
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
