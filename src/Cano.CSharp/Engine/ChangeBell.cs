namespace Cano.CSharp.Engine;

/// <summary>Rings when something of a run has changed, for those who watch. Ringing is short and throws
/// nothing.</summary>
internal sealed class ChangeBell
{
    private readonly Lock _gate = new();
    private readonly List<Watching> _watching = [];
    private volatile bool _isWatched;

    /// <summary>Whether anybody watches; a run that nobody watches says nothing.</summary>
    public bool IsWatched => _isWatched;

    public void Ring(string runId)
    {
        if (!_isWatched)
            return;
        Watching[] watching;
        lock (_gate)
            watching = [.. _watching];
        foreach (var watch in watching)
            if (watch.RunId is null || watch.RunId == runId)
                watch.Ring(runId);
    }

    /// <summary>Any run that somebody watches by its id may have changed.</summary>
    public void RingWatched()
    {
        if (!_isWatched)
            return;
        string[] watched;
        lock (_gate)
            watched = [.. _watching.Select(watch => watch.RunId).OfType<string>().Distinct()];
        foreach (var id in watched)
            Ring(id);
    }

    /// <summary>Has it heard, until the watch is given up.</summary>
    /// <param name="runId">Of one run; null: of all.</param>
    /// <param name="ring">Gets the run's id.</param>
    public IDisposable Watch(string? runId, Action<string> ring)
    {
        var watching = new Watching(this, runId, ring);
        lock (_gate)
        {
            _watching.Add(watching);
            _isWatched = true;
        }

        return watching;
    }

    private sealed class Watching(ChangeBell bell, string? runId, Action<string> ring) : IDisposable
    {
        public string? RunId => runId;

        public Action<string> Ring => ring;

        public void Dispose()
        {
            lock (bell._gate)
            {
                bell._watching.Remove(this);
                bell._isWatched = bell._watching.Count > 0;
            }
        }
    }
}
