using Cano.Postgres.Connections;
using Cano.Postgres.Inboxes;
using Cano.Runtime.Checkpoints;
using Microsoft.Extensions.Logging;

namespace Cano.Postgres.Hints;

/// <summary>What this process tells others that share the database, and hears from them. Whom a hint is for
/// the run's head says; whatever is lost the polls find.</summary>
internal sealed class RunHints
{
    private readonly InboxPoll _inboxes;
    private readonly HintAsks _asks;
    private readonly InboxBells _ends = new();
    private readonly Lock _gate = new();
    private readonly SortedSet<long> _own = [];
    private IHintCarrier? _carrier;

    /// <param name="database">The database.</param>
    /// <param name="inboxes">Is rung for what others have sent.</param>
    /// <param name="logger">Is told when the database does not say whom to tell; null: nobody is.</param>
    public RunHints(Database database, InboxPoll inboxes, ILogger? logger) =>
        (_inboxes, _asks) = (inboxes, new(database, logger, Answered));

    public async Task<IDisposable> CarryByAsync(IHintCarrier carrier)
    {
        long[] own;
        lock (_gate)
        {
            _carrier = carrier;
            own = [.. _own];
        }

        foreach (var node in own)
            await carrier.JoinedAsync(node).ConfigureAwait(false);
        return new Carrying(this, carrier);
    }

    public IDisposable WatchEnds(Action<string> ring) => _ends.WatchAll(ring);

    /// <summary>A node of this process is a member.</summary>
    public Task JoinedAsync(long node)
    {
        IHintCarrier? carrier;
        lock (_gate)
        {
            _own.Add(node);
            _asks.Own = _own.Max;
            carrier = _carrier;
        }

        return carrier?.JoinedAsync(node) ?? Task.CompletedTask;
    }

    public void Left(long node)
    {
        lock (_gate)
        {
            _own.Remove(node);
            _asks.Own = _own.Max;
        }
    }

    /// <summary>This process has sent something to a run.</summary>
    public void Sent(string runId) => Ask(HintAsk.Owner, runId);

    /// <summary>This process has written a run's end.</summary>
    public void Ended(string runId)
    {
        _ends.Ring(runId);
        Ask(HintAsk.Waiters, runId);
    }

    /// <summary>Its end is told by whoever writes it, and rings at once where it has come.</summary>
    public void AwaitEnd(string runId) => Ask(HintAsk.Await, runId);

    public void Hear(RunHint hint)
    {
        if (hint.Kind == HintKind.Sent)
            _inboxes.Ring(hint.RunId);
        else if (hint.Kind == HintKind.Ended)
            _ends.Ring(hint.RunId);
    }

    /// <summary>Where nobody carries what is told nothing is asked.</summary>
    private void Ask(HintAsk ask, string runId)
    {
        if (Volatile.Read(ref _carrier) is not null)
            _asks.Ask(ask, runId);
    }

    private void Answered(
        HintAsk ask,
        IReadOnlyList<string> asked,
        IReadOnlyList<(string Run, long Node)> named
    )
    {
        if (ask == HintAsk.Await)
            foreach (var run in asked.Except(named.Select(one => one.Run)))
                _ends.Ring(run);
        else
            foreach (var (run, node) in named)
                Tell(ask == HintAsk.Owner ? HintKind.Sent : HintKind.Ended, run, node);
    }

    private void Tell(HintKind kind, string runId, long node)
    {
        IHintCarrier? carrier;
        lock (_gate)
            carrier = _own.Contains(node) ? null : _carrier;
        carrier?.Carry(new(kind, runId, node));
    }

    private sealed class Carrying(RunHints hints, IHintCarrier carrier) : IDisposable
    {
        public void Dispose() => Interlocked.CompareExchange(ref hints._carrier, null, carrier);
    }
}
