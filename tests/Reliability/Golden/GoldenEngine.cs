using Cano.Testing;

namespace Cano.Reliability.Golden;

/// <summary>A process with an engine on a golden journal, on virtual time.</summary>
internal sealed class GoldenEngine : IAsyncDisposable
{
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
    public async Task StartAsync(string beginning, string id)
    {
        await AsFarAsItGoesAsync(async () =>
            await (await _engine.StartAsync(_workflows[beginning], "begins", id)).Completion()
        );
    }

    /// <summary>Once more, after it failed.</summary>
    public Task RetryAsync(string beginning, string id) =>
        AsFarAsItGoesAsync(async () =>
        {
            await _engine.RetryAsync(id);
            await _engine.Run(_workflows[beginning], id).Completion();
        });

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

    public async ValueTask DisposeAsync() => await _time.RunAsync(ClosedAsync());

    private async Task AsFarAsItGoesAsync(Func<Task> deed) =>
        await _time.RunAsync(Task.WhenAny(EndAsync(deed()), _store.Death));

    private async Task<bool> ClosedAsync()
    {
        await _engine.DisposeAsync();
        return true;
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
