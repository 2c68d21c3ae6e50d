using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Cano.Runtime.Telemetry;

/// <summary>What several of a kind have together, when somebody looks; nothing while there is none.</summary>
internal sealed class ObservedSums
{
    private readonly ConcurrentDictionary<object, Func<IEnumerable<(string? What, long Count)>>> _all = [];

    /// <summary>One more counts.</summary>
    /// <param name="look">What it has, by the value of <see cref="Tags.Doing"/>; null for none. Never
    /// throws.</param>
    /// <returns>Ends that.</returns>
    public IDisposable Add(Func<IEnumerable<(string? What, long Count)>> look)
    {
        var added = new Added(this);
        _all[added] = look;
        return added;
    }

    public IEnumerable<Measurement<long>> Look() =>
        _all
            .Values.SelectMany(look => look())
            .GroupBy(known => known.What)
            .Select(known => new Measurement<long>(
                known.Sum(one => one.Count),
                known.Key is { } what ? [new(Tags.Doing, what)] : []
            ));

    private sealed class Added(ObservedSums to) : IDisposable
    {
        public void Dispose() => to._all.TryRemove(this, out _);
    }
}
