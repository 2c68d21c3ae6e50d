namespace Cano.Runtime.Checkpoints;

/// <summary>Who in this process wants to hear of entries in which run's inbox.</summary>
internal sealed class InboxBells
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Action>> _watching = [];

    /// <summary>Rings for a run until the watch is given up.</summary>
    public IDisposable Watch(string runId, Action ring)
    {
        lock (_gate)
        {
            if (!_watching.TryGetValue(runId, out var rings))
                _watching.Add(runId, rings = []);
            rings.Add(ring);
        }

        return new Watching(this, runId, ring);
    }

    /// <summary>Something has come for the run. Not under a lock that a bell may ask for.</summary>
    public void Ring(string runId)
    {
        Action[] rings;
        lock (_gate)
            rings = _watching.TryGetValue(runId, out var watching) ? [.. watching] : [];
        foreach (var ring in rings)
            ring();
    }

    private void Leave(string runId, Action ring)
    {
        lock (_gate)
            if (_watching.TryGetValue(runId, out var rings) && rings.Remove(ring) && rings.Count == 0)
                _watching.Remove(runId);
    }

    private sealed class Watching(InboxBells bells, string runId, Action ring) : IDisposable
    {
        private Action? _ring = ring;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ring, null) is { } own)
                bells.Leave(runId, own);
        }
    }
}
