using Cano.Testing;

namespace Cano.Reliability.Golden;

/// <summary>A process with an engine on a golden journal, on virtual time.</summary>
internal sealed class GoldenEngine : IAsyncDisposable
{
    /// <summary>A run that goes on by itself takes no time.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly VirtualTime _time;
    private readonly CanoEngine _engine;
    private readonly Deathwatch _store;
    private readonly Dictionary<string, Workflow<string>> _workflows = [];
    private readonly SortedDictionary<string, List<string>> _told = new(StringComparer.Ordinal);

    private GoldenEngine(CanoEngine engine, Deathwatch store, VirtualTime time, bool isWritten)
    {
        (_engine, _store, _time) = (engine, store, time);
        var family = new GoldenFamily(Tell, isWritten);
        foreach (var beginning in GoldenFamily.Beginnings)
            engine.Add(_workflows[beginning] = family.Of(beginning));
    }

    /// <summary>A process that dies with so many rows.</summary>
    public static async Task<GoldenEngine> OpenAsync(
        ICheckpointStore store,
        VirtualTime time,
        bool isWritten,
        int rows = int.MaxValue
    )
    {
        var dying = new Deathwatch(store, rows);
        var options = new CanoEngineOptions { TimeProvider = time, Retention = Retention.Keep };
        return new(await CanoEngine.OpenAsync(dying, options), dying, time, isWritten);
    }

    public bool HasDied => _store.Death.IsCompleted;

    /// <summary>What each run did, in the order of ids.</summary>
    public IReadOnlyDictionary<string, List<string>> Told => _told;

    /// <summary>From its beginning to its end, or to the death of the process.</summary>
    public Task StartAsync(string beginning, string id) =>
        AsFarAsItGoesAsync(
            async () => await (await _engine.StartAsync(_workflows[beginning], "begins", id)).Completion(),
            beginning,
            id
        );

    /// <summary>Once more, after it failed.</summary>
    public Task RetryAsync(string beginning, string id) =>
        AsFarAsItGoesAsync(
            async () =>
            {
                await _engine.RetryAsync(id);
                await _engine.Run(_workflows[beginning], id).Completion();
            },
            beginning,
            id
        );

    /// <summary>Back, for good.</summary>
    public Task CancelAsync(string beginning, string id) =>
        AsFarAsItGoesAsync(async () =>
        {
            await _engine.CancelAsync(id, "nobody there");
            await _engine.Run(_workflows[beginning], id).Completion();
        });

    /// <summary>All that has not ended.</summary>
    public Task ResumeAsync() =>
        AsFarAsItGoesAsync(async () =>
        {
            await foreach (var _ in _engine.ResumeAsync()) { }
            await foreach (var run in _engine.ListAsync(RunQuery.Unfinished))
                if (_workflows.TryGetValue(run.WorkflowName ?? "", out var workflow))
                    await EndAsync(_engine.Run(workflow, run.RunId).Completion());
        });

    public async ValueTask DisposeAsync() => await _engine.DisposeAsync();

    /// <summary>When all that waits is asleep, the clock moves to where it is over. Nothing else moves
    /// it.</summary>
    private async Task AsFarAsItGoesAsync(Func<Task> deed, string beginning, string id)
    {
        using var over = new CancellationTokenSource();
        var end = Task.WhenAny(EndAsync(deed()), _store.Death);
        var asleep = AsleepAsync(GoldenFamily.Sleepers(beginning, id), over.Token);
        if (await Task.WhenAny(end, asleep).WaitAsync(s_patience) == asleep)
            _time.Advance(GoldenFamily.SleepOf(beginning));
        await end.WaitAsync(s_patience);
        await over.CancelAsync();
    }

    private async Task AsFarAsItGoesAsync(Func<Task> deed) =>
        await Task.WhenAny(EndAsync(deed()), _store.Death).WaitAsync(s_patience);

    /// <summary>Completes when each of these runs waits; never when there are none.</summary>
    private async Task AsleepAsync(IReadOnlyList<string> runs, CancellationToken over)
    {
        foreach (var run in runs)
            while (await _engine.FindAsync(run, over) is not { Waiting: not null })
                await Task.Yield();
        if (runs.Count == 0)
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, over);
    }

    private static async Task EndAsync(Task run)
    {
        try
        {
            await run;
        }
        catch (CanoException)
        {
            // Its rows are what is wanted.
        }
    }

    private void Tell(string id, string what)
    {
        lock (_told)
        {
            if (!_told.TryGetValue(id, out var told))
                _told.Add(id, told = []);
            told.Add(what);
        }
    }
}
