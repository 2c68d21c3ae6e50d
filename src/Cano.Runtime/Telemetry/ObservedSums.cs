using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Cano.Runtime.Telemetry;

/// <summary>What says how much it has when somebody looks.</summary>
internal interface IObserved
{
    /// <summary>How much, by the value of <see cref="Tags.Doing"/>; null where there is one sum. Never
    /// throws.</summary>
    IEnumerable<(string? What, long Count)> Observe();
}

/// <summary>What several of a kind have together, when somebody looks; nothing while there is none.</summary>
internal sealed class ObservedSums
{
    // One that is left open, and that nobody has any more, is not kept for this.
    private readonly ConcurrentDictionary<object, WeakReference<IObserved>> _all = [];

    /// <summary>One more counts, until what this returns is disposed of.</summary>
    public IDisposable Add(IObserved one)
    {
        var added = new Added(this);
        _all[added] = new(one);
        return added;
    }

    public IEnumerable<Measurement<long>> Look() =>
        Alive()
            .SelectMany(one => one.Observe())
            .GroupBy(known => known.What)
            .Select(known => new Measurement<long>(
                known.Sum(one => one.Count),
                known.Key is { } what ? [new(Tags.Doing, what)] : []
            ));

    private IEnumerable<IObserved> Alive()
    {
        foreach (var (key, known) in _all)
            if (known.TryGetTarget(out var one))
                yield return one;
            else
                _all.TryRemove(key, out _);
    }

    private sealed class Added(ObservedSums to) : IDisposable
    {
        public void Dispose() => to._all.TryRemove(this, out _);
    }
}
