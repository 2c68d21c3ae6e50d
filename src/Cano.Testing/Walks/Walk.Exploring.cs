using Cano.Kernel;

namespace Cano.Testing;

// All walks from here.
public sealed partial class Walk<TState>
{
    /// <summary>This walk and everywhere it can lead in so many answers: each state that may follow, a
    /// failure for good, a cancel that the work heeds, and one that comes too late for it. Walks that would
    /// go on alike are given once. A state that declares no edges may be followed by any.</summary>
    /// <remarks>A cancel for good undoes what any cancel does. A run that was suspended goes on as this walk,
    /// and so does one that failed and is retried: neither leads elsewhere.</remarks>
    /// <param name="depth">How many answers at most, not negative.</param>
    public IReadOnlyList<Walk<TState>> Explore(int depth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        var seen = new HashSet<string> { ToString() };
        List<Walk<TState>> all = [this],
            newest = [this];
        for (; depth > 0 && newest.Count > 0; depth--)
        {
            newest = [.. newest.SelectMany(walk => walk.Answered()).Where(walk => seen.Add(walk.ToString()))];
            all.AddRange(newest);
        }

        return all;
    }

    private IEnumerable<Walk<TState>> Answered()
    {
        if (IsEnded)
            return [];
        int[] ways = [.. Enumerable.Range(0, _plan.Nodes.Count).Where(MayFollow)];
        // Wherever the work leads then, the run goes back.
        return ways.Select(Succeed)
            .Append(GiveUp())
            .Append(Cancel())
            .Concat(ways.Take(1).Select(CancelTooLate));
    }

    /// <summary>The run is cancelled, and its work under way ends well all the same: a step that can be
    /// undone is undone then like those before it.</summary>
    private Walk<TState> CancelTooLate(int next)
    {
        Answer[] answers = [.. Traits.Walk.Succeeds.Invoke((next, _plan.NameOf(next)))];
        return After(answers[..^1]).After(RunEvent.CallerCancelled).After(answers[^1..], Visit);
    }
}
