using Cano.Postgres.Commits;
using Cano.Postgres.Connections;
using Cano.Runtime.Scope;

namespace Cano.Postgres.Claims;

/// <summary>Lets go of runs, those together that are let go of at one time.</summary>
internal sealed class RunsLetGo
{
    private const int AtOnce = 1024;

    private readonly Database _database;
    private readonly SharedTrips<Going> _trips;

    public RunsLetGo(Database database) => (_database, _trips) = (database, new(AtOnce, trips: 1, SendAsync));

    /// <summary>Whether the run is due at once.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: an id that PostgreSQL cannot keep; or the database
    /// does not answer, and the run may be let go of or not.</exception>
    public Task<bool> AskAsync(string runId, long fence, LetGo how, CancellationToken cancel)
    {
        // The others that go with it have nothing to do with it.
        TextRule.Check("a run id", runId);
        var run = new Going(runId, fence, how);
        _trips.Add(run);
        return run.Done.Task.WaitAsync(cancel);
    }

    /// <summary>One statement has each run once.</summary>
    private async Task SendAsync(IReadOnlyList<Going> runs)
    {
        for (var left = runs; left.Count > 0; )
        {
            var some = left.DistinctBy(run => run.RunId).ToArray();
            foreach (var held in await SendAsync(LetGoStatements.Free, some).ConfigureAwait(false))
                Detached.Run(() => SendAsync(LetGoStatements.Held, [held]));
            left = [.. left.Except(some)];
        }
    }

    /// <summary>Those whose heads somebody holds; all others are told.</summary>
    private async Task<IReadOnlyList<Going>> SendAsync(string text, IReadOnlyList<Going> runs)
    {
        try
        {
            var answers = await _database
                .AskAsync(
                    "release runs",
                    (connection, _) => AnswersAsync(connection, text, runs),
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            var held = new List<Going>();
            foreach (var run in runs)
                if (answers.TryGetValue(run.RunId, out var answer) && answer.IsHeld)
                    held.Add(run);
                else
                    run.Done.TrySetResult(answer.IsDue);
            return held;
        }
        // Whoever waits is told, whatever it was.
        catch (Exception failed)
        {
            foreach (var run in runs)
                run.Done.TrySetException(failed);
            return [];
        }
    }

    private async Task<Dictionary<string, (bool IsDue, bool IsHeld)>> AnswersAsync(
        StoreConnection connection,
        string text,
        IReadOnlyList<Going> runs
    )
    {
        var answers = new Dictionary<string, (bool, bool)>();
        var batch = connection.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Add(_database.Text(RowStatements.ByIndex));
            batch
                .Add(_database.Text(text), runs.Select(run => run.RunId).ToArray())
                .Add(runs.Select(run => run.Fence).ToArray())
                .Add(runs.Select(run => (short)run.How).ToArray());
            var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.NextResultAsync().ConfigureAwait(false);
                while (await reader.ReadAsync().ConfigureAwait(false))
                    answers[reader.GetString(0)] = (reader.GetBoolean(1), reader.GetBoolean(2));
            }
        }

        return answers;
    }

    private sealed class Going(string runId, long fence, LetGo how)
    {
        public string RunId => runId;

        public long Fence => fence;

        public LetGo How => how;

        public TaskCompletionSource<bool> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
