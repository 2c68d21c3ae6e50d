namespace Cano.Reliability.Starts;

/// <summary>The bodies of all runs, each of which stays open until it is let go.</summary>
internal sealed class Bodies
{
    private readonly Lock _gate = new();
    private readonly List<Open> _open = [];
    private readonly HashSet<string> _broken = [];
    private readonly Dictionary<string, int> _undone = [];
    private string? _violation;

    /// <summary>Two bodies of one run were at work at once; null: never.</summary>
    public string? Violation
    {
        get
        {
            lock (_gate)
                return _violation;
        }
    }

    /// <summary>What a run has open; null when nothing is.</summary>
    public string? OpenOf(string id)
    {
        lock (_gate)
            return _open.Find(open => open.Id == id && !open.IsLet)?.State;
    }

    /// <summary>How often a step was undone, at most.</summary>
    public int MostUndone
    {
        get
        {
            lock (_gate)
                return _undone.Values.DefaultIfEmpty().Max();
        }
    }

    /// <summary>The process has died: what it had open is nothing any more.</summary>
    public void Drop()
    {
        lock (_gate)
            _open.Clear();
    }

    /// <summary>Lets the body of a run go. Gives its state; null when none is open.</summary>
    public string? Let(string id, bool goes)
    {
        Open? let;
        lock (_gate)
        {
            let = _open.Find(open => open.Id == id && !open.IsLet);
            if (let is not null)
                let.IsLet = true;
        }

        // What the run does next happens here.
        let?.Go.TrySetResult(goes);
        return let?.State;
    }

    /// <summary>What undoes a run's step fails from here on, or works.</summary>
    public void Break(string id, bool isBroken)
    {
        lock (_gate)
            _ = isBroken ? _broken.Add(id) : _broken.Remove(id);
    }

    /// <summary>What undoes a run's step takes a while.</summary>
    /// <param name="life">Who undoes it.</param>
    /// <param name="id">The run.</param>
    /// <param name="key">The step.</param>
    /// <exception cref="InvalidOperationException">It is broken.</exception>
    public async Task UndoAsync(Life life, string id, string key)
    {
        var open = Enter(life, id, "undo");
        try
        {
            await life.Store.PassAsync("undo").ConfigureAwait(false);
            lock (_gate)
                if (_broken.Contains(id))
                    throw new InvalidOperationException("it is broken");
                else if (!life.IsDead)
                    _undone[key] = _undone.GetValueOrDefault(key) + 1;
        }
        finally
        {
            Leave(open);
        }
    }

    /// <summary>A body is at work until it is let go, or told to stop.</summary>
    /// <exception cref="InvalidOperationException">It is to fail.</exception>
    public async Task PassAsync(Life life, string id, string state, CancellationToken token)
    {
        var open = Enter(life, id, state);
        try
        {
            if (!await open.Go.Task.WaitAsync(token).ConfigureAwait(false))
                throw new InvalidOperationException("as it was told");
        }
        finally
        {
            Leave(open);
        }
    }

    private Open Enter(Life life, string id, string state)
    {
        var open = new Open(id, state);
        lock (_gate)
        {
            if (!life.IsDead && _open.Find(other => other.Id == id) is { } other)
                _violation ??= $"'{state}' of {id} is worked on while '{other.State}' is";
            if (!life.IsDead)
                _open.Add(open);
        }

        return open;
    }

    private void Leave(Open open)
    {
        lock (_gate)
            _open.Remove(open);
    }

    private sealed class Open(string id, string state)
    {
        public string Id => id;

        public string State => state;

        public bool IsLet { get; set; }

        public TaskCompletionSource<bool> Go { get; } = new();
    }
}
