namespace Cano.Integration.Engines;

/// <summary>A journal is copied while its engine works, and another engine goes on with the copy.</summary>
public sealed class BackupTests : IDisposable
{
    private const int Runs = 60;
    private const int Rounds = 12;
    private const int SignalsOfEach = 3;

    private static readonly Signal<int> s_paid = new("paid");

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("on a journal", "in memory")]
    [InlineData("on a journal", "a journal")]
    [InlineData("on a store in memory", "in memory")]
    [Trait("ID", "Z44")]
    public async Task What_was_copied_under_load_goes_on_to_its_end(string kind, string copy)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var workflow = Orders();
        engine.Add(workflow);
        var working = WorkAsync(engine, workflow);
        List<(ICheckpointStore Store, JournalCopyReport Report)> copies = [];
        for (var copied = 0; copied < 4 || !working.IsCompleted; copied++)
        {
            var to = await OpenAsync(copy, copied);
            copies.Add((to, await engine.CopyAsync(to)));
        }

        await working;
        foreach (var (store, report) in copies)
        {
            Assert.Empty(report.Left);
            await CheckAsync(engine, store, report);
        }
    }

    private async Task<ICheckpointStore> OpenAsync(string copy, int number) =>
        copy == "in memory"
            ? new MemoryCheckpointStore()
            : await FasterCheckpointStore.OpenAsync(Path.Combine(_directory.Path, $"{number}"));

    /// <summary>Many begin, are sent what they wait for, and come to their ends.</summary>
    private static async Task WorkAsync(CanoEngine engine, Workflow<Stage> workflow) =>
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Runs),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (n, cancel) =>
            {
                var run = await engine.StartAsync(workflow, Stage.Start, $"order-{n}", cancel);
                for (var signal = 0; signal < SignalsOfEach; signal++)
                    await engine.SignalAsync(run.RunId, s_paid, 1 << signal, $"{signal}", cancel);
                await run.Completion(cancel);
            }
        );

    /// <summary>Each run's rows are the first of the source's, and it ends with each signal taken
    /// once.</summary>
    private static async Task CheckAsync(CanoEngine source, ICheckpointStore store, JournalCopyReport report)
    {
        var runs = await store.ListRunsAsync(RunFilter.All).ToListAsync();
        var known = new Dictionary<string, int>();
        Assert.Equal(report.Runs, runs.Count);
        foreach (var run in runs)
        {
            var rows = await store.LoadRunAsync(run.RunId);
            Assert.Equal(rows, (await source.HistoryAsync(run.RunId)).Take(rows.Count));
            // A journal does not know ids of what was taken before the copy.
            var waiting = (await store.Inbox!.ReadInboxAsync(run.RunId)).Count;
            known[run.RunId] =
                store is MemoryCheckpointStore
                    ? 0
                    : waiting + rows.Count(row => row.Kind == RowKind.SignalTaken);
        }

        await using var engine = await CanoEngine.OpenAsync(store);
        var workflow = Orders();
        engine.Add(workflow);
        await Engines.ResumedAsync(engine);
        foreach (var run in runs)
        {
            // Those that were on their way when it was copied are sent again, and lie there once.
            for (var signal = known[run.RunId]; signal < SignalsOfEach; signal++)
                await SentAgainAsync(engine, run.RunId, signal);
            Assert.Equal(Stage.End, await engine.Run(workflow, run.RunId).Completion().Soon());
            Assert.Equal("7", (await engine.FindAsync(run.RunId))!.OutputJson);
        }
    }

    private static async Task SentAgainAsync(CanoEngine engine, string id, int signal)
    {
        try
        {
            await engine.SignalAsync(id, s_paid, 1 << signal, $"{signal}");
        }
        catch (CanoException ended) when (ended.Error.Category == "run_ended") { }
    }

    /// <summary>Goes round and round, and takes three payments.</summary>
    private static Workflow<Stage> Orders() =>
        Workflow
            .Bare<Stage>()
            .WithName("orders")
            .WithResources(new Resources().Insert("store", MemoryStore.Durable()))
            .Returns<int>()
            .Register(
                Stage.Start,
                async (context, token) =>
                {
                    await Task.Yield();
                    var round = context.Store.GetOr("round", 0) + 1;
                    context.Store.Put("round", round);
                    return round % (Rounds / SignalsOfEach) == 0 ? Stage.Work : Stage.Start;
                }
            )
            .RegisterWait(
                Stage.Work,
                Wait.For<Stage>()
                    .On(
                        s_paid,
                        (context, amount, _) =>
                        {
                            var sum = context.Store.GetOr("sum", 0) + amount;
                            context.Store.Put("sum", sum);
                            context.SetOutput(sum);
                            return new ValueTask<Stage>(
                                context.Store.Get<int>("round") == Rounds ? Stage.End : Stage.Start
                            );
                        }
                    )
            )
            .AddExitState(Stage.End);
}
