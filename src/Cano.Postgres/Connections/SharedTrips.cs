using Cano.Runtime.Scope;

namespace Cano.Postgres.Connections;

/// <summary>Has what is asked for by many sent together: what comes while some is on its way goes with the
/// next, and nothing waits for company.</summary>
/// <param name="atOnce">How many go together, at most.</param>
/// <param name="trips">How many such may be on their way.</param>
/// <param name="sendAsync">Takes some there, tells those who wait, and throws nothing.</param>
internal sealed class SharedTrips<T>(int atOnce, int trips, Func<IReadOnlyList<T>, Task> sendAsync)
{
    private readonly Lock _gate = new();
    private readonly Queue<T> _waiting = [];
    private int _underway;

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    public void Add(T item)
    {
        lock (_gate)
        {
            _waiting.Enqueue(item);
            if (_underway == trips)
                return;
            _underway++;
        }

        Detached.Run(SendAsync);
    }

    private async Task SendAsync()
    {
        while (Take() is { Count: > 0 } some)
            await sendAsync(some).ConfigureAwait(false);
    }

    /// <summary>The next ones; none, and this one is over.</summary>
    private List<T> Take()
    {
        lock (_gate)
        {
            var some = new List<T>();
            while (some.Count < atOnce && _waiting.TryDequeue(out var next))
                some.Add(next);
            if (some.Count == 0)
                _underway--;
            return some;
        }
    }
}
