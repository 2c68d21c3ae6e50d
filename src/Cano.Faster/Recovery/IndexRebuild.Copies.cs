using Cano.Faster.Indexes;

namespace Cano.Faster.Recovery;

// What is found of runs' copies: their rows, then their inboxes.
internal sealed partial class IndexRebuild
{
    private void ApplyToCopy(LogFact fact)
    {
        switch (fact)
        {
            case LogFact.Copy head:
                BeginCopy(head);
                break;
            case LogFact.CopiedRow copied:
                GoOnCopying(copied.Copied);
                break;
            case LogFact.CopyLost lost:
                LoseCopy(lost.RunId, lost.Sequence, lost.Address, lost.Problem);
                break;
            case LogFact.CopiedEntry copied:
                GoOnCopying(copied.Copied);
                break;
            case LogFact.CopiedEnd end:
                EndCopying(end);
                break;
            case LogFact.EntryCopyLost lost:
                LoseEntryCopy(lost.RunId, lost.Number, lost.Address, lost.Problem);
                break;
        }
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
        // The claim that gave it may have been in a gap.
        run.Fence = Math.Max(run.Fence, head.Fence);
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
        else if (CanHoldAnew(room.GetValueOrDefault(run), run))
        {
            // As many rows as there are may be those of a run that was cleared.
            Mark(run, head.Sequence, "its copy may be that of another run of its id, begun in a gap");
        }
        else if (run.IsDoubt)
        {
            // The head says that the run has no more rows than it has: none of them was in the gap.
            Mend(run);
        }

        CheckCount(run, head.Inbox, head.Span.Address);
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
        foreach (var row in copy.Rows)
            Add(run, row);
        run.KeepCopyHead(head.Span, index.Segments);
        run.NextSequence = head.NextSequence;
        run.Fence = head.Fence;
        run.Progress = run.Progress with { Tries = head.Head.Tries };
        TakeInbox(run, copy);
        CheckCount(run, head.Inbox, head.Span.Address);
        foreach (var fact in copy.Later)
            if (fact is LogFact.Gap gap)
                Doubt(run, gap);
            else
                Apply(fact);
    }

    private void GoOnCopying(LogFact.Entry entry)
    {
        var place = entry.Found.Place;
        if (!copies.TryGetValue(entry.RunId, out var copy) || !copy.Take(entry.Found))
            LoseEntryCopy(entry.RunId, place.Number, place.Span.Address, "a part of its copy is missing");
    }

    private void EndCopying(LogFact.CopiedEnd end)
    {
        if (!copies.TryGetValue(end.RunId, out var copy) || !copy.Take(end.Found))
            LoseEntryCopy(
                end.RunId,
                end.Found.Next - 1,
                end.Found.Span.Address,
                "a part of its copy is missing"
            );
        else
            Replace(copy);
    }

    /// <summary>Nothing comes of a copy. That is damage only of an inbox that is not there without
    /// it.</summary>
    private void LoseEntryCopy(string id, long number, long address, string problem)
    {
        copies.Remove(id);
        if (!index.TryFind(id, out var run) || (run.Inbox?.Next ?? 0) <= number)
            Lose(index.FindOrAdd(id), number, address, problem);
    }

    /// <summary>The inbox is what a whole copy has of it.</summary>
    private void TakeInbox(RunEntry run, FoundCopy copy)
    {
        if (copy.InboxEnd is not { } end)
            return;
        var inbox = run.Inbox = new();
        inbox.Begin(copy.Head.Span.Address, end.Next, end.Seen, end.Span, index.Segments);
        foreach (var entry in copy.Entries)
            inbox.FindCopied(entry.Place, index.Segments);
        run.PinInbox(index.Segments);
    }
}
