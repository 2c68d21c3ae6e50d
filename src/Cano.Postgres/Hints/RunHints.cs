using Cano.Postgres.Connections;
using Cano.Postgres.Inboxes;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

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

    /// <summary>A node of this process is a member.</summary>
    public Task JoinedAsync(long node)
    {
        IHintCarrier? carrier;
        lock (_gate)
        {
            _own.Add(node);
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
    public void Sent(string runId) =>
        Later(async () =>
        {
            if (await AskAsync(HintStatements.Owner, runId, AnswerAsync).ConfigureAwait(false) is long owner)
                Tell(HintKind.Sent, runId, owner);
        });

    /// <summary>This process has written a run's end.</summary>
    public void Ended(string runId)
    {
        _ends.Ring(runId);
        Later(async () =>
        {
            var found = await AskAsync(HintStatements.Waiters, runId, AnswerAsync).ConfigureAwait(false);
            foreach (var node in found as long[] ?? [])
                Tell(HintKind.Ended, runId, node);
        });
    }

    /// <summary>Its end is told by whoever writes it, and rings at once where it has come.</summary>
    public void AwaitEnd(string runId) =>
        Later(async () =>
        {
            long own;
            lock (_gate)
                own = _own.Count > 0 ? _own.Max : 0;
            if (own == 0)
                return;
            var noted = await AskAsync(
                    HintStatements.Await,
                    runId,
                    command =>
                    {
                        command.Add(own);
                        return command.ExecuteNonQueryAsync();
                    }
                )
                .ConfigureAwait(false);
            if (noted == 0)
                _ends.Ring(runId);
        });

    public void Hear(RunHint hint)
    {
        if (hint.Kind == HintKind.Sent)
            inboxes.Ring(hint.RunId);
        else if (hint.Kind == HintKind.Ended)
            _ends.Ring(hint.RunId);
    }

    private void Tell(HintKind kind, string runId, long node)
    {
        IHintCarrier? carrier;
        lock (_gate)
            carrier = _own.Contains(node) ? null : _carrier;
        carrier?.Carry(new(kind, runId, node));
    }

    /// <summary>Nobody waits for what is told, and where nobody carries it nothing is done.</summary>
    private void Later(Func<Task> work)
    {
        if (Volatile.Read(ref _carrier) is not null)
            Detached.Run(() => GuardedAsync(work));
    }

    private async Task GuardedAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        // The next poll finds what there is.
        catch (Exception failed)
        {
            LogNotAsked(_logger, failed);
        }
    }

    private async Task<T> AskAsync<T>(string text, string runId, Func<NpgsqlCommand, Task<T>> ask) =>
        await database
            .AskAsync(
                "look whom to tell of a run",
                async (connection, _) =>
                {
                    var command = connection.Asking(database.Text(text), runId);
                    await using (command.ConfigureAwait(false))
                        return await ask(command).ConfigureAwait(false);
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);

    private static Task<object?> AnswerAsync(NpgsqlCommand command) => command.ExecuteScalarAsync();

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "PostgreSQL could not be asked whom to tell of a run: others find it at their next look"
    )]
    private static partial void LogNotAsked(ILogger logger, Exception exception);

    private sealed class Carrying(RunHints hints, IHintCarrier carrier) : IDisposable
    {
        public void Dispose() => Interlocked.CompareExchange(ref hints._carrier, null, carrier);
    }
}
