using System.Diagnostics.CodeAnalysis;
using Cano.Faster.Frames;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Indexes;

/// <summary>Every run of a journal, by id. Its owner guards it with one lock.</summary>
internal sealed class RunIndex(SegmentUse segments)
{
    private readonly Dictionary<string, RunEntry> runs = [];
    private readonly RowAddresses rows = new();
    private readonly RunOrder<RunEntry> order = new();

    /// <summary>The fences that are given, and those that the log holds.</summary>
    public FenceCounter Fences { get; } = new();

    /// <summary>Finds a run by characters that are no text yet.</summary>
    private Dictionary<string, RunEntry>.AlternateLookup<ReadOnlySpan<char>> ByChars =>
        runs.GetAlternateLookup<ReadOnlySpan<char>>();

    public IReadOnlyCollection<RunEntry> Runs => runs.Values;

    public SegmentUse Segments => segments;

    public bool TryFind(string id, [NotNullWhen(true)] out RunEntry? run) => runs.TryGetValue(id, out run);

    public RunEntry FindOrAdd(string id)
    {
        if (!runs.TryGetValue(id, out var run))
            runs.Add(id, run = new RunEntry(id, rows));
        return run;
    }

    /// <summary>As <see cref="FindOrAdd(string)"/>; the id becomes a text only when the run is new.</summary>
    public RunEntry FindOrAdd(ReadOnlySpan<char> id) =>
        ByChars.TryGetValue(id, out var run) ? run : FindOrAdd(id.ToString());

    /// <summary>So many runs are added.</summary>
    public void Expect(int count) => runs.EnsureCapacity(count);

    /// <summary>Adds the next run of an index on disk.</summary>
    /// <exception cref="InvalidDataException">It says what cannot be.</exception>
    public void Add(ref IndexReader index, ref StoredBefore before)
    {
        var run = RunEntry.Read(ref index, rows, segments, ref before);
        if (!runs.TryAdd(run.Id, run))
            throw IndexReader.Wrong();
    }

    /// <summary>All that is known of the runs is on disk and sound, and none of it is on its way to another
    /// place.</summary>
    public bool IsAtRest => runs.Values.All(run => run.IsAtRest);

    /// <summary>The run was not taken out.</summary>
    public bool Holds(RunEntry run) => runs.TryGetValue(run.Id, out var held) && held == run;

    /// <summary>Accepts an append, or throws what is wrong with it. From here on the run expects the row
    /// after.</summary>
    public RunEntry Accept(string id, long sequence, long fence)
    {
        var run = Sound(id);
        var (next, newest) = Expected(run);
        if (!AppendRule.Admits(sequence, fence, next, newest))
            throw AppendRule.Conflict(id, sequence, fence, next, newest);
        run ??= FindOrAdd(id);
        Fences.Learn(fence);
        run.NextSequence = sequence + 1;
        run.Fence = fence;
        return run;
    }

    /// <summary>As <see cref="Accept"/> of a row whose run has no fence yet, and is given one.</summary>
    public RunEntry AcceptFirst(string id, CheckpointRow first)
    {
        var run = Sound(id);
        var (next, newest) = Expected(run);
        if (AppendRule.BeginRefusal(id, first, next, newest) is { } refusal)
            throw refusal;
        run ??= FindOrAdd(id);
        run.NextSequence = first.Sequence + 1;
        run.Fence = Fences.Next();
        return run;
    }

    /// <summary>The run that an entry is accepted for; throws why it takes nothing.</summary>
    public RunEntry AcceptEntry(string id)
    {
        var run = Sound(id);
        if (run is { NextSequence: > 0 })
            return run;
        throw InboxTaking.Refusal(id, status: null)!;
    }

    /// <summary>A run's first row was accepted: from here on it has its place in every list.</summary>
    public void Begin(RunEntry run, long startTicks)
    {
        run.StartTicks = startTicks;
        order.Add(run);
    }

    /// <summary>All that was on disk is here: nobody works on any of it yet.</summary>
    public void Opened()
    {
        foreach (var run in runs.Values)
        {
            run.Progress = run.Progress with { IsWorkedOn = false };
            if (run.IsListed)
                order.Add(run);
        }
    }

    /// <summary>Goes on with a listing.</summary>
    public void Turn(RunPages pages) => pages.Turn(order);

    /// <summary>What is known of one run; null when no list has it.</summary>
    public RunSummary? Find(string id) =>
        TryFind(id, out var run) && run.IsListed && !RunIdRule.IsReserved(id) ? run.Summary() : null;

    /// <summary>Accepts a claim: the run, with its new fence.</summary>
    public RunEntry AcceptClaim(string id)
    {
        var newest = Sound(id)?.Fence;
        var run = FindOrAdd(id);
        // Damage may have taken claims of a run that is over from the log, and is not held against it.
        if (RowStatuses.IsSettled(run.NextStatus))
            newest = Math.Max(run.Fence, Fences.Newest);
        run.Fence = Fences.Above(id, newest);
        return run;
    }

    /// <summary>Nobody works on a run any more, and its tries are forgotten; false when there are none to
    /// forget on disk, or the fence is outdated.</summary>
    public bool AcceptRelease(string id, long fence, [NotNullWhen(true)] out RunEntry? run)
    {
        if (!runs.TryGetValue(id, out run) || run.Fence != fence)
            return false;

        var tries = run.Progress.Tries;
        run.Progress = run.Progress.Released();
        return tries > 0;
    }

    /// <summary>Takes a run out at once; its space is given back when the clear is on disk.</summary>
    public bool Remove(string id, [NotNullWhen(true)] out RunEntry? run)
    {
        if (!runs.Remove(id, out run))
            return false;
        order.Remove(run);
        return true;
    }

    /// <summary>A run that is not damaged; null of an unknown one.</summary>
    private RunEntry? Sound(string id)
    {
        if (runs.TryGetValue(id, out var run))
            RefuseDamaged(run);
        return run;
    }

    private static (long Next, long Fence) Expected(RunEntry? run) =>
        run is null ? (0, AppendRule.FirstFence) : (run.NextSequence, run.Fence);

    private static void RefuseDamaged(RunEntry run)
    {
        if (run.Damage is not null)
            throw JournalError.Of($"{run.Damage}; clear the run to start it anew");
    }
}
