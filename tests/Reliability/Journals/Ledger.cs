namespace Cano.Reliability.Journals;

/// <summary>What a writer attempted and what it was told had succeeded, each with the disk's position
/// then.</summary>
internal sealed class Ledger
{
    private const int Never = int.MaxValue;

    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private readonly Expected _begun;

    /// <summary>Begins with runs that may be in any of these states.</summary>
    public Ledger(Expected begun) => _begun = begun;

    public Ledger()
        : this(new Expected(new Dictionary<string, IReadOnlyList<RunState>>())) { }

    /// <summary>Notes a deed before it is done. The order of these calls is the order of the log.</summary>
    public Entry Attempt(Deed.OfRun deed, int position)
    {
        lock (_gate)
        {
            var entry = new Entry(deed, position);
            _entries.Add(entry);
            return entry;
        }
    }

    /// <summary>Notes that a deed succeeded. Clears and rows that were deferred are durable with the next
    /// write: those before an append or a claim count from its success on.</summary>
    public void Acknowledge(Entry done, int position)
    {
        // What changes nothing is not written either.
        if (IsIdle(done.Deed) || done.Deed is Deed.Accept { IsKept: false })
            return;
        lock (_gate)
        {
            done.AcknowledgedAt = position;
            foreach (var entry in _entries)
            {
                if (entry == done)
                    return;
                if (IsIdle(entry.Deed))
                    entry.AcknowledgedAt = Math.Min(entry.AcknowledgedAt, position);
            }
        }
    }

    /// <summary>Notes that what was deferred of a run is durable.</summary>
    public void AcknowledgeDeferred(string run, int position)
    {
        lock (_gate)
            foreach (var entry in _entries)
                if (entry.Deed is Deed.Append { IsDeferred: true } && entry.Deed.Run == run)
                    entry.AcknowledgedAt = Math.Min(entry.AcknowledgedAt, position);
    }

    private static bool IsIdle(Deed.OfRun deed) => deed is Deed.Clear or Deed.Append { IsDeferred: true };

    /// <summary>Notes that the journal was closed: every deed before is durable.</summary>
    public void AcknowledgeAll(int position)
    {
        lock (_gate)
            foreach (var entry in _entries)
                entry.AcknowledgedAt = Math.Min(entry.AcknowledgedAt, position);
    }

    /// <summary>What each run may be when the disk is cut at the position: the state after what was
    /// acknowledged by then, or after any more of what was attempted.</summary>
    public Expected At(int position) => Between(position, position);

    /// <summary>Every state that each run ever was in.</summary>
    public Expected Ever() => Between(acknowledgedBy: -1, attemptedBy: Never);

    /// <summary>What each run may be of which only what was acknowledged by the first position is
    /// sure.</summary>
    public Expected Between(int acknowledgedBy, int attemptedBy)
    {
        var runs = _begun.Runs.ToDictionary(run => run.Key, run => run.Value.ToList());
        foreach (var entry in _entries)
        {
            if (entry.AttemptedAt > attemptedBy)
                continue;
            if (!runs.TryGetValue(entry.Deed.Run, out var states))
                runs[entry.Deed.Run] = states = [RunState.Unknown];
            var next = states[^1].After(entry.Deed);
            if (entry.AcknowledgedAt <= acknowledgedBy)
                states.Clear();
            states.Add(next);
        }

        return new Expected(runs.ToDictionary(run => run.Key, run => (IReadOnlyList<RunState>)run.Value));
    }

    /// <summary>How many deeds were acknowledged when the disk was at the position, up to the last of
    /// them.</summary>
    public int AcknowledgedBy(int position) =>
        _entries.FindLastIndex(entry => entry.AcknowledgedAt <= position) + 1;

    /// <summary>Whether the journal is as it was after the first so many deeds, for at least the given
    /// number.</summary>
    public bool IsPrefix(Recovered recovered, int atLeast)
    {
        var states = new Dictionary<string, RunState>();
        var ids = _entries.Select(entry => entry.Deed.Run).ToHashSet();
        if (recovered.Runs.Keys.Any(id => !ids.Contains(id)))
            return false;

        var unlike = ids.Count(id => !recovered.Is(id, RunState.Unknown));
        for (var count = 0; ; count++)
        {
            if (unlike == 0 && count >= atLeast)
                return true;
            if (count == _entries.Count)
                return false;

            var deed = _entries[count].Deed;
            var before = states.GetValueOrDefault(deed.Run, RunState.Unknown);
            var after = states[deed.Run] = before.After(deed);
            unlike += (recovered.Is(deed.Run, before) ? 1 : 0) - (recovered.Is(deed.Run, after) ? 1 : 0);
        }
    }

    /// <summary>A deed, and the positions at which it was attempted and acknowledged.</summary>
    internal sealed class Entry(Deed.OfRun deed, int attemptedAt)
    {
        public Deed.OfRun Deed => deed;

        public int AttemptedAt => attemptedAt;

        public int AcknowledgedAt { get; set; } = Never;
    }
}
