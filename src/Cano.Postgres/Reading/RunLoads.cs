using Cano.Postgres.Commits;
using Cano.Postgres.Connections;

namespace Cano.Postgres.Reading;

/// <summary>Loads runs, those together that are wanted at one time: when very many wake at once, a statement
/// has the rows of many.</summary>
internal sealed class RunLoads
{
    private const int AtOnce = 32;

    // What is large holds up no others.
    private const int Trips = 4;

    private readonly Database _database;
    private readonly SharedTrips<Wanted> _trips;

    public RunLoads(Database database) => (_database, _trips) = (database, new(AtOnce, Trips, FetchAsync));

    /// <summary>The rows of a run; none of one that is not known.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the database does not answer, or the run is
    /// damaged.</exception>
    public async Task<IReadOnlyList<CheckpointRow>> LoadAsync(string runId, CancellationToken cancel)
    {
        // Those that are read with it have nothing to do with it.
        TextRule.Check("a run id", runId);
        var run = new Wanted(runId);
        _trips.Add(run);
        var rows = await run.Rows.Task.WaitAsync(cancel).ConfigureAwait(false);
        return rows?.Decoded() ?? [];
    }

    private async Task FetchAsync(IReadOnlyList<Wanted> runs)
    {
        try
        {
            var found = await _database
                .AskAsync(
                    "load runs",
                    async (connection, _) =>
                    {
                        var command = connection.Asking(
                            _database.Text(StoredRows.Text),
                            runs.Select(run => run.RunId).Distinct().ToArray()
                        );
                        await using (command.ConfigureAwait(false))
                            return await StoredRows.ReadAsync(command, default).ConfigureAwait(false);
                    },
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            foreach (var run in runs)
                run.Rows.TrySetResult(found.GetValueOrDefault(run.RunId));
        }
        // Whoever waits is told, whatever it was.
        catch (Exception failed)
        {
            foreach (var run in runs)
                run.Rows.TrySetException(failed);
        }
    }

    private sealed record Wanted(string RunId)
    {
        public TaskCompletionSource<StoredRows?> Rows { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
