using Cano.Cluster.Servers;
using Cano.Cluster.Stores;

namespace Cano.Cluster.Copying;

/// <summary>Runs move from one store to another.</summary>
public sealed class JournalCopyTests : IDisposable
{
    private static readonly Signal<int> s_paid = new("paid");
    private static readonly string[] s_unfinished = ["sent", "waiting"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cano-copy-");
    private readonly Trail _trail = new();
    private readonly Workflow<Stage> _orders;

    public JournalCopyTests() => _orders = Orders();

    public void Dispose() => _folder.Delete(recursive: true);

    [PostgresFact]
    [Trait("ID", "Z26")]
    public async Task A_journal_goes_on_in_PostgreSQL_and_comes_back_the_same()
    {
        await FillAsync();
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await using (var journal = await FasterCheckpointStore.OpenAsync(PathOf("journal")))
        {
            var report = await JournalCopy.RunAsync(journal, store);
            Assert.Equal((5, 0), (report.Runs, report.Left.Count));
            await SameAsync(journal, store);
            // Once more there is nothing to do.
            Assert.Equal(0, (await JournalCopy.RunAsync(journal, store)).Rows);
            await using var back = await FasterCheckpointStore.OpenAsync(PathOf("back"));
            await JournalCopy.RunAsync(store, back);
            await SameAsync(journal, back);
        }

        // What came back survives closing, and both go on.
        await using (var back = await FasterCheckpointStore.OpenAsync(PathOf("back")))
            await SameAsync(store, back);
        await using (var there = await CanoEngine.OpenAsync(store))
            await GoOnAsync(there);
        await using (var here = await CanoEngine.OpenAsync(PathOf("back")))
            await GoOnAsync(here);
        Assert.Equal(["7", "7", "8", "8"], _trail.Marks.Order());
    }

    [Fact]
    [Trait("ID", "Z26")]
    public async Task A_copy_that_was_cut_short_is_gone_on_with()
    {
        await FillAsync();
        await using var journal = await FasterCheckpointStore.OpenAsync(PathOf("journal"));
        var to = new MemoryCheckpointStore();
        foreach (var rows in new[] { 1, 2, 3 })
        {
            var cutting = new CuttingStore(to, rows);
            await Assert.ThrowsAnyAsync<CanoException>(() => JournalCopy.RunAsync(journal, cutting));
        }

        var report = await JournalCopy.RunAsync(journal, to);
        Assert.Equal((5, 0), (report.Runs, report.Left.Count));
        await SameAsync(journal, to);
    }

    [Fact]
    [Trait("ID", "Z26")]
    public async Task What_stands_against_a_copy_is_told_and_nothing_is_touched()
    {
        var (from, to) = (new MemoryCheckpointStore(), new MemoryCheckpointStore());
        await from.BeginAsync("busy", PostgresRows.Entered(0));
        var fence = await from.BeginAsync("other", PostgresRows.Entered(0));
        await from.ReleaseAsync("other", fence);
        await to.BeginAsync("other", PostgresRows.Entered(0, "Elsewhere"));
        var report = await JournalCopy.RunAsync(from, to);
        Assert.Equal(["busy", "other"], report.Left.Select(left => left.RunId).Order());
        Assert.Equal("Elsewhere", Assert.Single(await to.LoadRunAsync("other")).State);
        Assert.Empty(await to.LoadRunAsync("busy"));
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Runs of every kind of end and rest, one of them behind a snapshot.</summary>
    private async Task FillAsync()
    {
        await using var engine = await CanoEngine.OpenAsync(PathOf("journal"));
        engine.Add(_orders);
        foreach (var id in new[] { "done", "failed", "long", "sent", "waiting" })
            await engine.StartAsync(_orders, Stage.Start, id, id);
        foreach (var id in s_unfinished.Append("long"))
            await WaitingAsync(engine, id).Soon();
        await Assert.ThrowsAnyAsync<CanoException>(() => engine.Run(_orders, "failed").Completion().Soon());
        Assert.Equal(Stage.End, await engine.Run(_orders, "done").Completion().Soon());
        await engine.SuspendAsync().Soon();
        await engine.SignalAsync("sent", s_paid, 7).Soon();
    }

    private async Task GoOnAsync(CanoEngine engine)
    {
        engine.Add(_orders);
        await engine.SignalAsync("waiting", s_paid, 8).Soon();
        var ends = await engine.ResumeAsync().AllAsync().Soon();
        Assert.Equal(
            s_unfinished,
            ends.Where(end => end.Status == RunStatus.Completed).Select(end => end.RunId).Order()
        );
        Assert.Equal(RunStatus.Waiting, (await engine.FindAsync("long"))!.Status);
    }

    private static async Task SameAsync(ICheckpointStore one, ICheckpointStore other)
    {
        var listed = await one.ListRunsAsync(RunFilter.All).AllAsync();
        Assert.Equal(listed, await other.ListRunsAsync(RunFilter.All).AllAsync());
        foreach (var run in listed)
        {
            Assert.Equal(
                (await one.LoadRunAsync(run.RunId)).Select(row => Convert.ToHexString(row.ToBytes())),
                (await other.LoadRunAsync(run.RunId)).Select(row => Convert.ToHexString(row.ToBytes()))
            );
            Assert.Equal(await NamesAsync(one, run.RunId), await NamesAsync(other, run.RunId));
        }
    }

    private static async Task<IEnumerable<string?>> NamesAsync(ICheckpointStore store, string id) =>
        (await store.Inbox!.ReadInboxAsync(id)).Select(item => item.Name);

    private static async Task<RunInfo> WaitingAsync(CanoEngine engine, string id)
    {
        await foreach (var run in engine.WatchAsync(id))
            if (run.Waiting is not null)
                return run;
        throw new InvalidOperationException($"Run {id} has ended: {(await engine.FindAsync(id))?.Error}");
    }

    /// <summary>"done" ends, "failed" fails, "long" goes round three hundred times; all else waits to be
    /// paid.</summary>
    private Workflow<Stage> Orders()
    {
        return Workflow
            .Bare<Stage>()
            .WithName("orders")
            .WithResources(new Resources().Insert("store", MemoryStore.Durable()))
            .Accepts<string>()
            .Register(Stage.Start, Next, TaskConfig.Minimal)
            .RegisterWait(
                Stage.Work,
                Wait.For<Stage>()
                    .On(
                        s_paid,
                        (_, amount, _) =>
                        {
                            _trail.Add(amount);
                            return new ValueTask<Stage>(Stage.End);
                        }
                    )
            )
            .AddExitState(Stage.End);

        static Stage Next(TaskContext context)
        {
            var rounds = context.Store.GetOr("rounds", 0);
            context.Store.Put("rounds", rounds + 1);
            return context.Input<string>() switch
            {
                "done" => Stage.End,
                "failed" => throw new IOException("the bank is closed"),
                "long" when rounds < 300 => Stage.Start,
                _ => Stage.Work,
            };
        }
    }
}
