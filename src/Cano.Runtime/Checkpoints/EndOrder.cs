namespace Cano.Runtime.Checkpoints;

/// <summary>Ended runs that count among those that are kept, the oldest end first. Its owner guards
/// it.</summary>
internal sealed class EndOrder
{
    // Ids are compared as they are: in some cultures two of them would be alike.
    private static readonly Comparer<(DateTimeOffset End, string Id)> s_byEnd = Comparer<(
        DateTimeOffset End,
        string Id
    )>.Create(
        (one, other) =>
            one.End == other.End ? string.CompareOrdinal(one.Id, other.Id) : one.End.CompareTo(other.End)
    );

    private readonly Dictionary<string, (DateTimeOffset End, bool IsFailure)> _ends = [];
    private readonly SortedSet<(DateTimeOffset End, string Id)> _settled = new(s_byEnd);

    // They wait for a person, unless a retention names them too.
    private readonly SortedSet<(DateTimeOffset End, string Id)> _failures = new(s_byEnd);

    public bool Contains(string id) => _ends.ContainsKey(id);

    /// <summary>When a run ended; null when it does not count.</summary>
    public DateTimeOffset? EndOf(string id) => _ends.TryGetValue(id, out var known) ? known.End : null;

    public bool IsFailure(string id) => _ends.TryGetValue(id, out var known) && known.IsFailure;

    /// <summary>The run counts, from this end on.</summary>
    public void Keep(string id, DateTimeOffset end, bool isFailure)
    {
        Forget(id);
        _ends.Add(id, (end, isFailure));
        (isFailure ? _failures : _settled).Add((end, id));
    }

    /// <summary>The run counts no more.</summary>
    public void Forget(string id)
    {
        if (_ends.Remove(id, out var known))
            (known.IsFailure ? _failures : _settled).Remove((known.End, id));
    }

    /// <summary>The oldest run, if it is one too many; null when none is.</summary>
    public string? Surplus(Retention retention, DateTimeOffset now) =>
        Oldest(retention) is { } oldest && retention.IsSurplus(Count(retention), oldest.End, now)
            ? oldest.Id
            : null;

    private int Count(Retention retention) => _settled.Count + (retention.HasFailures ? _failures.Count : 0);

    private (DateTimeOffset End, string Id)? Oldest(Retention retention)
    {
        var settled = _settled.Count > 0 ? _settled.Min : default((DateTimeOffset, string)?);
        if (!retention.HasFailures || _failures.Count == 0)
            return settled;
        var failure = _failures.Min;
        return settled is { } first && s_byEnd.Compare(first, failure) < 0 ? first : failure;
    }
}
