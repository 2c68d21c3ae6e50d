namespace Cano.Runtime.Checkpoints;

/// <summary>Who in this process wants to hear of entries in which run's inbox.</summary>
internal sealed class InboxBells
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Action>> _watching = [];
    private Action<string>[] _all = [];

    /// <summary>Rings for a run until the watch is given up.</summary>
    public IDisposable Watch(string runId, Action ring)
    {
        lock (_gate)
        {
            if (!_watching.TryGetValue(runId, out var rings))
                _watching.Add(runId, rings = []);
            rings.Add(ring);
        }

        return new Watching(() => Leave(runId, ring));
    }

    /// <summary>Rings for every run until the watch is given up.</summary>
    public IDisposable WatchAll(Action<string> ring)
    {
        lock (_gate)
            _all = [.. _all, ring];
        return new Watching(() =>
        {
            lock (_gate)
                _all = [.. _all.Where(other => other != ring)];
        });
    }

    /// <summary>Something has come for the run. Not under a lock that a bell may ask for.</summary>
    public void Ring(string runId)
    {
        Action[] rings;
        Action<string>[] all;
        lock (_gate)
        {
            rings = _watching.TryGetValue(runId, out var watching) ? [.. watching] : [];
            all = _all;
        }

        foreach (var ring in rings)
            ring();
        foreach (var ring in all)
            ring(runId);
    }

    private void Leave(string runId, Action ring)
    {
        lock (_gate)
            if (_watching.TryGetValue(runId, out var rings) && rings.Remove(ring) && rings.Count == 0)
                _watching.Remove(runId);
    }

    private sealed class Watching(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
