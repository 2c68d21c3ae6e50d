namespace Cano.Testing;

// All walks from here.
public sealed partial class Walk<TState>
{
    /// <summary>This walk and everywhere it can lead in so many answers: each state that may follow, a
    /// failure for good, a cancel. Walks that would go on alike are given once. A state that declares no
    /// edges may be followed by any.</summary>
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
        return Enumerable
            .Range(0, _plan.Nodes.Count)
            .Where(MayFollow)
            .Select(Succeed)
            .Append(GiveUp())
            .Append(Cancel());
    }
}
