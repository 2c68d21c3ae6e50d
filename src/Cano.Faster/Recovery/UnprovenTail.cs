using Cano.Faster.Frames;

namespace Cano.Faster.Recovery;

/// <summary>Holds back what follows damage until it is proven that the damaged bytes had been on disk. What
/// is never proven was still being written when the process or the machine died.</summary>
internal sealed class UnprovenTail(Action<LogFact> apply)
{
    private readonly record struct Held(LogFact Fact, LogEnd? DamageAfter);

    private List<Held> held = [];

    /// <summary>Nothing is held back: a sound fact passes at once.</summary>
    public bool IsEmpty => held.Count == 0;

    /// <summary>Where the log ends when nothing more is proven; null when nothing is held back.</summary>
    public LogEnd? CutAt => held is [var first, ..] ? first.DamageAfter : null;

    /// <summary>Applies a fact whatever is held back.</summary>
    public void Apply(LogFact fact) => apply(fact);

    /// <summary>Passes a sound fact on, or holds it back behind damage.</summary>
    public void Pass(LogFact fact, long durable) => Add(new(fact, DamageAfter: null), durable);

    /// <summary>Takes note of damage that follows this end of the log.</summary>
    public void Damage(LogFact damage, LogEnd after, long durable) => Add(new(damage, after), durable);

    /// <summary>Everything below the address was on disk: damage there is damage.</summary>
    public void ProveBelow(long durable)
    {
        if (held.Count == 0 || held[0].DamageAfter!.Value.End >= durable)
            return;

        var waiting = held;
        held = [];
        foreach (var item in waiting)
            Add(item, durable);
    }

    private void Add(in Held item, long durable)
    {
        if (held.Count > 0 || item.DamageAfter is { } after && after.End >= durable)
            held.Add(item);
        else
            apply(item.Fact);
    }
}
