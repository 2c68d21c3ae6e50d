using Cano.Postgres.Connections;
using Cano.Runtime.Scope;

namespace Cano.Postgres.Claims;

/// <summary>Parks runs: what comes while some are on their way goes with the next ones.</summary>
internal sealed class RunParking(Database database)
{
    private const int AtOnce = 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Parked> _waiting = [];
    private bool _isBusy;

    /// <summary>Whether the run is due at once.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the database does not answer, and the run may be
    /// parked or not.</exception>
    public Task<bool> ParkAsync(string runId, long fence, CancellationToken cancel)
    {
        var run = new Parked(runId, fence);
        lock (_gate)
        {
            _waiting.Enqueue(run);
            if (!_isBusy)
            {
                _isBusy = true;
                Detached.Run(WorkAsync);
            }
        }

        return run.Done.Task.WaitAsync(cancel);
    }

    private async Task WorkAsync()
    {
        while (Take() is { Count: > 0 } runs)
            try
            {
                var due = await database
                    .AskAsync(
                        "park runs",
                        (connection, _) => SendAsync(connection, runs),
                        CancellationToken.None
                    )
                    .ConfigureAwait(false);
                runs.ForEach(run => run.Done.TrySetResult(due.Contains(run.RunId)));
            }
            // Whoever waits is told, whatever it was.
            catch (Exception failed)
            {
                runs.ForEach(run => run.Done.TrySetException(failed));
            }
    }

    /// <summary>The next ones, in the order of their ids; none, and it is over.</summary>
    private List<Parked> Take()
    {
        lock (_gate)
        {
            var runs = new List<Parked>();
            while (runs.Count < AtOnce && _waiting.TryDequeue(out var run))
                runs.Add(run);
            _isBusy = runs.Count > 0;
            runs.Sort(static (one, other) => string.CompareOrdinal(one.RunId, other.RunId));
            return runs;
        }
    }

    private async Task<HashSet<string>> SendAsync(StoreConnection connection, List<Parked> runs)
    {
        var due = new HashSet<string>();
        var command = connection.Asking(
            database.Text(DueStatements.Park),
            runs.Select(run => run.RunId).ToArray(),
            runs.Select(run => run.Fence).ToArray()
        );
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                while (await reader.ReadAsync().ConfigureAwait(false))
                    if (!reader.IsDBNull(0))
                        due.Add(reader.GetString(0));
        }

        return due;
    }

    private sealed record Parked(string RunId, long Fence)
    {
        public TaskCompletionSource<bool> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
