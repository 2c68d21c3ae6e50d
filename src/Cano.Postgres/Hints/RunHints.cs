using Cano.Postgres.Connections;
using Cano.Postgres.Inboxes;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Postgres.Hints;

/// <summary>What this process tells others that share the database, and hears from them. Whom a hint is for
/// the run's head says; whatever is lost the polls find.</summary>
/// <param name="database">The database.</param>
/// <param name="inboxes">Is rung for what others have sent.</param>
/// <param name="given">Is told when the database does not say whom to tell; null: nobody is.</param>
internal sealed partial class RunHints(Database database, InboxPoll inboxes, ILogger? given)
{
    private readonly ILogger _logger = GuardedLogger.Around(given ?? NullLogger.Instance);
    private readonly InboxBells _ends = new();
    private readonly Lock _gate = new();
    private readonly SortedSet<long> _own = [];

    // Who waits elsewhere for the ends of runs that are worked on here.
    private readonly Dictionary<string, HashSet<long>> _awaited = [];
    private IHintCarrier? _carrier;

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

    /// <summary>A node of this process is a member. Who waited for runs of an earlier one asks whoever has
    /// them now.</summary>
    public Task JoinedAsync(long node)
    {
        IHintCarrier? carrier;
        lock (_gate)
        {
            _own.Add(node);
            _awaited.Clear();
            carrier = _carrier;
        }

        return carrier?.JoinedAsync(node) ?? Task.CompletedTask;
    }

    public void Left(long node)
    {
        lock (_gate)
            _own.Remove(node);
    }

    /// <summary>This process has sent something to a run.</summary>
    public void Sent(string runId) => TellOwner(HintKind.Sent, runId);

    /// <summary>This process has written a run's end.</summary>
    public void Ended(string runId)
    {
        HashSet<long>? waiting;
        lock (_gate)
            _awaited.Remove(runId, out waiting);
        _ends.Ring(runId);
        foreach (var node in waiting ?? [])
            Tell(HintKind.Ended, runId, node);
    }

    public void AwaitEnd(string runId) => TellOwner(HintKind.Awaited, runId);

    public void Hear(RunHint hint)
    {
        if (hint.Kind == HintKind.Sent)
            inboxes.Ring(hint.RunId);
        else if (hint.Kind == HintKind.Ended)
            _ends.Ring(hint.RunId);
        else if (hint.Kind == HintKind.Awaited)
            Await(hint);
    }

    private void Await(RunHint hint)
    {
        lock (_gate)
        {
            if (!_awaited.TryGetValue(hint.RunId, out var waiting))
                _awaited.Add(hint.RunId, waiting = []);
            waiting.Add(hint.From);
        }

        // Behind the note of it: an end in between is told, if not by who writes it, then here.
        Detached.Run(async () =>
        {
            var (goesOn, owner) = await OwnerAsync(hint.RunId).ConfigureAwait(false);
            if (!goesOn)
                Ended(hint.RunId);
            else if (!IsOwn(owner))
                lock (_gate)
                    _awaited.Remove(hint.RunId);
        });
    }

    private void TellOwner(HintKind kind, string runId)
    {
        if (Volatile.Read(ref _carrier) is null)
            return;
        Detached.Run(async () =>
        {
            var (goesOn, owner) = await OwnerAsync(runId).ConfigureAwait(false);
            if (!goesOn)
                _ends.Ring(runId);
            else if (owner is { } node)
                Tell(kind, runId, node);
        });
    }

    private bool IsOwn(long? owner)
    {
        lock (_gate)
            return owner is { } node && _own.Contains(node);
    }

    private void Tell(HintKind kind, string runId, long node)
    {
        IHintCarrier? carrier;
        long from;
        lock (_gate)
        {
            if (_own.Contains(node))
                return;
            carrier = _carrier;
            from = _own.Max;
        }

        carrier?.Carry(new(kind, runId, node, from));
    }

    /// <summary>Whether the run goes on, and who has it. Where the database does not say so, it goes on and
    /// nobody is told.</summary>
    private async Task<(bool GoesOn, long? Owner)> OwnerAsync(string runId)
    {
        try
        {
            return await database
                .AskAsync(
                    "look for a run's owner",
                    async (connection, _) =>
                    {
                        var command = connection.Asking(database.Text(HintStatements.Owner), runId);
                        await using (command.ConfigureAwait(false))
                        {
                            var owner = await command.ExecuteScalarAsync().ConfigureAwait(false);
                            return (owner is not null, owner as long?);
                        }
                    },
                    CancellationToken.None
                )
                .ConfigureAwait(false);
        }
        // The next poll finds what there is.
        catch (Exception failed)
        {
            LogNoOwner(_logger, runId, failed);
            return (true, null);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "PostgreSQL could not be asked who has run {RunId}: its end is heard of at the next look"
    )]
    private static partial void LogNoOwner(ILogger logger, string runId, Exception exception);

    private sealed class Carrying(RunHints hints, IHintCarrier carrier) : IDisposable
    {
        public void Dispose() => Interlocked.CompareExchange(ref hints._carrier, null, carrier);
    }
}
