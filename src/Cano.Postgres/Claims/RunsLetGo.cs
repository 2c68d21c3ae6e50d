using Cano.Postgres.Commits;
using Cano.Postgres.Connections;
using Cano.Runtime.Scope;

namespace Cano.Postgres.Claims;

/// <summary>Lets go of runs: what comes while some are on their way goes with the next ones.</summary>
internal sealed class RunsLetGo(Database database)
{
    private const int AtOnce = 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Going> _waiting = [];
    private bool _isBusy;

    /// <summary>Whether the run is due at once.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: an id that PostgreSQL cannot keep; or the database
    /// does not answer, and the run may be let go of or not.</exception>
    public Task<bool> AskAsync(string runId, long fence, LetGo how, CancellationToken cancel)
    {
        // The others that go with it have nothing to do with it.
        TextRule.CheckId(runId);
        var run = new Going(runId, fence, how);
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
            foreach (var held in await SendAsync(LetGoStatements.Free, runs).ConfigureAwait(false))
                Detached.Run(() => SendAsync(LetGoStatements.Held, [held]));
    }

    /// <summary>The next ones, each run once; none, and it is over.</summary>
    private List<Going> Take()
    {
        lock (_gate)
        {
            var runs = new List<Going>();
            var ids = new HashSet<string>();
            while (runs.Count < AtOnce && _waiting.TryPeek(out var run) && ids.Add(run.RunId))
                runs.Add(_waiting.Dequeue());
            _isBusy = runs.Count > 0;
            return runs;
        }
    }

    /// <summary>Those whose heads somebody holds; all others are told.</summary>
    private async Task<IReadOnlyList<Going>> SendAsync(string text, IReadOnlyList<Going> runs)
    {
        try
        {
            var answers = await database
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
            batch.Add(database.Text(RowStatements.ByIndex));
            batch
                .Add(database.Text(text), runs.Select(run => run.RunId).ToArray())
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

    private sealed record Going(string RunId, long Fence, LetGo How)
    {
        public TaskCompletionSource<bool> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
