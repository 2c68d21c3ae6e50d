using Cano.Faster.Frames;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Indexes;

/// <summary>Where an entry of an inbox lies.</summary>
/// <param name="Number">The inbox's own number of it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Span">Where all of it lies.</param>
internal readonly record struct InboxPlace(long Number, InboxKind Kind, LogSpan Span);

/// <summary>What the index keeps of a run's inbox, from its first entry on until the run is
/// forgotten.</summary>
internal sealed partial class RunInbox
{
    private readonly InboxQueue<InboxPlace> places = new(place => place.Number);
    private SeenIds? seen;

    /// <summary>The newest cancel that was accepted and not taken; -1 without one.</summary>
    private long cancel = -1;

    /// <summary>Where a copy keeps the ids; without a size elsewhere.</summary>
    private LogSpan ids;

    /// <summary>The number that the next entry is given.</summary>
    public long Next { get; private set; }

    /// <summary>From where on the log tells all of the inbox: its first entry, or a copy's head. 0 as long as
    /// nothing is on disk.</summary>
    public long Base { get; private set; }

    /// <summary>Counts what was taken.</summary>
    public int Taken { get; private set; }

    /// <summary>How many signals the run's end took.</summary>
    private int leftByEnd;

    /// <summary>How many signals on disk the run has not taken itself.</summary>
    public int Left => leftByEnd + places.Count(place => place.Kind == InboxKind.Signal);

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public string? Damage { get; set; }

    /// <summary>Rows are gone that may have taken entries.</summary>
    public bool MissesRows { get; set; }

    /// <summary>Gives an entry that is to be written its number; null when there is nothing to
    /// write.</summary>
    public long? Give(InboxItem item)
    {
        if (item.Kind == InboxKind.Cancel && cancel >= 0)
            return null;
        if (item.Id is { } id && !(seen ??= new()).Add(SeenIds.HashOf(id)))
            return null;
        if (item.Kind == InboxKind.Cancel)
            cancel = Next;
        return Next++;
    }

    /// <summary>An entry is on disk.</summary>
    public void Keep(in InboxPlace place, SegmentUse segments)
    {
        places.Add(place);
        segments.LiveBytes += place.Span.Size;
        if (Base == 0)
            Base = place.Span.Address;
    }

    /// <summary>As <see cref="Keep"/> of an entry that the recovery scan found.</summary>
    public void Find(in InboxPlace place, UInt128? id, SegmentUse segments)
    {
        Next = place.Number + 1;
        if (id is { } hash)
            (seen ??= new()).Add(hash);
        Wait(place);
        Keep(place, segments);
    }

    /// <summary>As <see cref="Keep"/> of an entry of a whole copy, which <see cref="Begin"/> has told
    /// of.</summary>
    public void FindCopied(in InboxPlace place, SegmentUse segments)
    {
        Wait(place);
        Keep(place, segments);
    }

    /// <summary>Begins with what a whole copy says.</summary>
    /// <param name="head">Where the copy begins.</param>
    /// <param name="next">The number that the next entry is given.</param>
    /// <param name="known">The ids that it knows; null for none.</param>
    /// <param name="span">Where those lie.</param>
    /// <param name="segments">Counts their bytes.</param>
    public void Begin(long head, long next, SeenIds? known, LogSpan span, SegmentUse segments)
    {
        (Base, Next, seen, ids) = (head, next, known, span);
        segments.LiveBytes += span.Size;
    }

    /// <summary>A row is on disk, and takes what it takes.</summary>
    public void Take(in RowFacts row, SegmentUse segments)
    {
        if (!InboxRule.IsOpen(row.Status))
            leftByEnd = Left;
        if (InboxRule.TakesOthers(row.Kind, row.Status))
        {
            for (var i = places.Count - 1; i >= 0; i--)
                if (InboxRule.Takes(row.Kind, row.Status, row.Signal, places[i].Kind, places[i].Number))
                    RemoveAt(i, segments);
        }
        else if (places.FirstAt(row.Signal) is var i && i < places.Count && places[i].Number == row.Signal)
        {
            RemoveAt(i, segments);
        }

        if (RowStatuses.IsSettled(row.Status))
            seen = null;
    }

    /// <summary>Frames at this address tell that something is missing.</summary>
    public void PinAt(long address)
    {
        if (Base == 0)
            Base = address;
    }

    /// <summary>The oldest entry of a kind with this number or a later one; null when there is
    /// none.</summary>
    public InboxPlace? From(long number, InboxKind kind)
    {
        if (kind == InboxKind.Cancel && cancel < 0)
            return null;
        for (var i = places.FirstAt(number); i < places.Count; i++)
            if (places[i].Kind == kind)
                return places[i];
        return null;
    }

    /// <summary>What a copy of it has to have.</summary>
    public InboxExtent Extent() => new([.. places], Next, Taken, seen);

    /// <summary>All of a copy is on disk. Entries that came while it was written stay where they
    /// are.</summary>
    public void MoveTo(RunCopy copy, SegmentUse segments)
    {
        var copied = copy.Entries.ToDictionary(place => place.Number);
        for (var i = 0; i < places.Count; i++)
            if (copied.TryGetValue(places[i].Number, out var place))
            {
                segments.LiveBytes += place.Span.Size - places[i].Span.Size;
                places[i] = place;
            }

        segments.LiveBytes += copy.Ids.Size - ids.Size;
        (Base, ids) = (copy.Head.Address, copy.Ids);
    }

    /// <summary>The log's space under it is needed no longer.</summary>
    public void Forget(SegmentUse segments)
    {
        foreach (var place in places)
            segments.LiveBytes -= place.Span.Size;
        segments.LiveBytes -= ids.Size;
        places.Clear();
        (Base, ids) = (0, default);
    }

    private void RemoveAt(int index, SegmentUse segments)
    {
        var place = places[index];
        places.RemoveAt(index);
        segments.LiveBytes -= place.Span.Size;
        Taken++;
        if (place.Number == cancel)
            cancel = -1;
    }

    private void Wait(in InboxPlace place)
    {
        if (place.Kind == InboxKind.Cancel)
            cancel = place.Number;
    }
}
