using Cano.Postgres.Connections;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Postgres.Inboxes;

/// <summary>Rings for what comes into inboxes, whichever process accepted it: at once for what this one did,
/// at the next look for all else. Nobody looks while nobody watches.</summary>
/// <param name="database">The database.</param>
/// <param name="pause">How long from one look to the next.</param>
/// <param name="given">Is told when a look fails; null: nobody is.</param>
internal sealed partial class InboxPoll(Database database, TimeSpan pause, ILogger? given) : IAsyncDisposable
{
    private readonly ILogger _logger = GuardedLogger.Around(given ?? NullLogger.Instance);
    private readonly InboxBells _bells = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _gate = new();

    // What has been rung for and may be found again.
    private Dictionary<(long RunKey, long Number), bool> _rung = [];
    private string _horizon = "0";
    private Task _looking = Task.CompletedTask;
    private bool _isLooking;
    private bool _isClosed;

    /// <summary>What was accepted before does not ring.</summary>
    public async Task BeginAsync(StoreConnection connection, CancellationToken cancel)
    {
        var command = connection.Command(InboxStatements.Horizon);
        await using (command.ConfigureAwait(false))
            _horizon = (string)(await command.ExecuteScalarAsync(cancel).ConfigureAwait(false))!;
    }

    public IDisposable Watch(string runId, Action ring)
    {
        Begin();
        return _bells.Watch(runId, ring);
    }

    public IDisposable WatchAll(Action<string> ring)
    {
        Begin();
        return _bells.WatchAll(ring);
    }

    /// <summary>This process has accepted an entry.</summary>
    public void Ring(string runId, (long RunKey, long Number) entry)
    {
        lock (_gate)
            // Where nobody looks nobody watches, and no look would forget it.
            if (!_isLooking || !_rung.TryAdd(entry, true))
                return;
        _bells.Ring(runId);
    }

    /// <summary>Another process says that it has accepted something for the run.</summary>
    public void Ring(string runId) => _bells.Ring(runId);

    public async ValueTask DisposeAsync()
    {
        Task looking;
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = _isLooking = true;
            looking = _looking;
        }

        await _closed.CancelAsync().ConfigureAwait(false);
        await looking.ConfigureAwait(false);
        _closed.Dispose();
    }

    private void Begin()
    {
        lock (_gate)
        {
            if (_isLooking)
                return;
            _isLooking = true;
            using (Detached.Begin())
                _looking = Task.Run(LookAsync);
        }
    }

    private async Task LookAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pause, TimeProvider.System, _closed.Token).ConfigureAwait(false);
                await LookOnceAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_closed.IsCancellationRequested)
            {
                return;
            }
            // The next look asks again.
            catch (Exception failed)
            {
                LogNoLook(_logger, failed);
            }
        }
    }

    private async Task LookOnceAsync()
    {
        HashSet<(long, long)> before;
        lock (_gate)
            before = [.. _rung.Keys];
        var found = await database
            .AskAsync("look at inboxes", ReadAsync, _closed.Token)
            .ConfigureAwait(false);
        var ring = new List<string>();
        lock (_gate)
        {
            // What was rung for before this look, and is not in it, is in none any more.
            var again = found.Select(entry => (entry.RunKey, entry.Number)).ToHashSet();
            _rung = _rung
                .Where(entry => again.Contains(entry.Key) || !before.Contains(entry.Key))
                .ToDictionary();
            foreach (var (runId, key, number) in found)
                if (_rung.TryAdd((key, number), true))
                    ring.Add(runId);
        }

        foreach (var runId in ring.Distinct())
            _bells.Ring(runId);
    }

    private async Task<List<(string RunId, long RunKey, long Number)>> ReadAsync(
        StoreConnection connection,
        bool isInDoubt
    )
    {
        var (found, next) = (new List<(string, long, long)>(), _horizon);
        var command = connection.Asking(database.Text(InboxStatements.Heard), _horizon);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(_closed.Token).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(_closed.Token).ConfigureAwait(false))
                    if (reader.IsDBNull(0))
                        found.Add((reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3)));
                    else
                        next = reader.GetString(0);
            }
        }

        // Not before the answer was read to its end: one that broke off is asked for again.
        _horizon = next;
        return found;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "PostgreSQL could not be asked what other processes have sent to runs; it is asked again"
    )]
    private static partial void LogNoLook(ILogger logger, Exception exception);
}
