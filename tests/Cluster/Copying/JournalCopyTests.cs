using Cano.Cluster.Servers;
using Cano.Cluster.Stores;
using Cano.Testing;

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

    [PostgresFact]
    [Trait("ID", "Z42")]
    public async Task What_lies_in_an_inbox_moves_as_it_is_and_ids_that_were_taken_are_known()
    {
        await using (var engine = await CanoEngine.OpenAsync(PathOf("journal")))
        {
            engine.Add(_orders);
            var run = await engine.StartAsync(_orders, Stage.Start, "ended", "waiting").Soon();
            await engine.SignalAsync("ended", s_paid, 1, "first").Soon();
            await run.Completion().Soon();
            await engine.StartAsync(_orders, Stage.Start, "waiting", "twice").Soon();
            await engine.SignalAsync("waiting", s_paid, 1, "taken").Soon();
            await WaitingAsync(engine, "waiting", visit: 2).Soon();
            await engine.SuspendAsync().Soon();
            await engine.SignalAsync("waiting", s_paid, 2, "lies there").Soon();
            await engine.SignalAsync("waiting", new Signal("else")).Soon();
        }

        await using var journal = await FasterCheckpointStore.OpenAsync(PathOf("journal"));
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        foreach (
            var (from, to) in new (ICheckpointStore, ICheckpointStore)[]
            {
                (journal, store),
                (store, new MemoryCheckpointStore()),
            }
        )
        {
            Assert.Empty((await JournalCopy.RunAsync(from, to)).Left);
            var items = await to.Inbox!.ReadInboxAsync("waiting");
            Assert.Equal(2, items.Count);
            Assert.Equal(await journal.ReadInboxAsync("waiting"), items);
            Assert.Equal(await journal.CountLeftAsync("waiting"), await to.Inbox.CountLeftAsync("waiting"));
            foreach (var id in new[] { "taken", "lies there" })
                Assert.False(await to.Inbox.AcceptAsync("waiting", InboxItem.Signal("paid", id)));
            Assert.Equal(2, (await to.Inbox.ReadInboxAsync("waiting")).Count);
        }

        // A number that was taken is given to no other.
        await store.AcceptAsync("waiting", InboxItem.Signal("paid", "new"));
        Assert.Equal([1, 2, 3], (await store.ReadInboxAsync("waiting")).Select(item => item.Number));
    }

    [PostgresFact]
    [Trait("ID", "Z43")]
    public async Task Of_a_run_that_cannot_be_copied_whole_nothing_is_there()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        var from = new MemoryCheckpointStore();
        var fence = await from.BeginAsync("a", PostgresRows.Entered(0));
        await from.AppendAsync("a", PostgresRows.Entered(1, "PostgreSQL keeps no \0"), fence);
        await from.ReleaseAsync("a", fence);
        await PostgresRows.RefusalAsync(() => JournalCopy.RunAsync(from, store));
        Assert.Null(await store.FindAsync("a"));
    }

    [Fact]
    [Trait("ID", "Z43")]
    public Task A_run_that_waits_is_woken_where_an_older_copy_of_it_was_brought_up_to_date() =>
        WakesWhenBroughtUpToDateAsync(new MemoryCheckpointStore());

    [PostgresFact]
    [Trait("ID", "Z43")]
    public async Task A_run_that_waits_is_woken_where_an_older_copy_in_PostgreSQL_was_brought_up_to_date()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await WakesWhenBroughtUpToDateAsync(store);
    }

    private static async Task WakesWhenBroughtUpToDateAsync(ICheckpointStore to)
    {
        var (from, wakesAt) = (new MemoryCheckpointStore(), PostgresRows.Noon.AddDays(1));
        var waiting = PostgresRows.Entered(1) with
        {
            Status = RowStatus.Waiting,
            WakesAt = PostgresRows.Noon,
        };
        var fence = await from.BeginAsync("a", PostgresRows.Entered(0));
        await from.AppendAsync("a", waiting, fence);
        await from.ReleaseAsync("a", fence);
        await JournalCopy.RunAsync(from, to);
        fence = await from.ClaimAsync("a", "one");
        await from.AppendAsync("a", waiting with { Sequence = 2, WakesAt = wakesAt }, fence);
        await from.ReleaseAsync("a", fence);
        Assert.Equal(1, (await JournalCopy.RunAsync(from, to)).Rows);

        var node = await to.Shared!.JoinAsync("one", TimeSpan.FromHours(1));
        DueLimit[] orders = [new(new("orders", 3), 1)];
        var early = await to.Shared.ClaimDueAsync(node, new(orders, PostgresRows.Noon, 1));
        Assert.Equal((0, wakesAt), (early.Claimed.Count, early.NextAt));
        var due = await to.Shared.ClaimDueAsync(node, new(orders, wakesAt, 1));
        Assert.Equal("a", Assert.Single(due.Claimed).RunId);
    }

    [Fact]
    [Trait("ID", "Z26")]
    public async Task A_run_that_somebody_begins_meanwhile_is_told_and_the_others_are_copied()
    {
        var (from, to) = (new MemoryCheckpointStore(), new MemoryCheckpointStore());
        foreach (var id in new[] { "a", "raced" })
            await from.ReleaseAsync(id, await from.BeginAsync(id, PostgresRows.Entered(0)));
        var report = await JournalCopy.RunAsync(from, new RacedStore(to));
        Assert.Equal("raced", Assert.Single(report.Left).RunId);
        Assert.Contains("conflict", report.Left[0].Why, StringComparison.Ordinal);
        Assert.Single(await to.LoadRunAsync("a"));
    }

    /// <summary>Somebody begins one of the runs just before it is.</summary>
    private sealed class RacedStore(MemoryCheckpointStore inner) : DelegatingCheckpointStore(inner)
    {
        public override async ValueTask<long> BeginAsync(
            string runId,
            CheckpointRow first,
            CancellationToken cancellationToken = default
        )
        {
            if (runId == "raced")
                await base.BeginAsync(runId, PostgresRows.Entered(0, "Elsewhere"), cancellationToken);
            return await base.BeginAsync(runId, first, cancellationToken);
        }
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
        await engine.ResumeAsync().AllAsync().Soon();
        // On a store that nodes share a node takes up what is due by itself, too.
        foreach (var id in s_unfinished)
            Assert.Equal(Stage.End, await engine.Run(_orders, id).Completion().Soon());
        Assert.Equal(RunStatus.Waiting, (await engine.FindAsync("long"))!.Status);
    }

    private static async Task SameAsync(ICheckpointStore one, ICheckpointStore other)
    {
        var listed = await ListedAsync(one);
        Assert.Equal(listed, await ListedAsync(other));
        foreach (var run in listed)
        {
            Assert.Equal(
                (await one.LoadRunAsync(run.RunId)).Select(row => Convert.ToHexString(row.ToBytes())),
                (await other.LoadRunAsync(run.RunId)).Select(row => Convert.ToHexString(row.ToBytes()))
            );
            Assert.Equal(await NamesAsync(one, run.RunId), await NamesAsync(other, run.RunId));
        }
    }

    /// <summary>Whether a run is parked is its store's.</summary>
    private static async Task<IReadOnlyList<RunSummary>> ListedAsync(ICheckpointStore store)
    {
        var runs = await store.ListRunsAsync(RunFilter.All).AllAsync();
        return [.. runs.Select(run => run with { IsParked = false })];
    }

    private static async Task<IEnumerable<string?>> NamesAsync(ICheckpointStore store, string id) =>
        (await store.Inbox!.ReadInboxAsync(id)).Select(item => item.Name);

    private static async Task<RunInfo> WaitingAsync(CanoEngine engine, string id, long visit = 0)
    {
        await foreach (var run in engine.WatchAsync(id))
            if (run.Waiting is not null && run.Visit >= visit)
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
                        (context, amount, _) =>
                        {
                            _trail.Add(amount);
                            var isTwice = context.Input<string>() == "twice" && amount == 1;
                            return new ValueTask<Stage>(isTwice ? Stage.Work : Stage.End);
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
