using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>Engines that share a store, each a node of it.</summary>
public sealed class NodeTests
{
    private readonly Trail _trail = new();
    private readonly Gate _first = new();
    private readonly Gate _second = new();
    private readonly Tally _told = new();

    [Fact]
    [Trait("ID", "X1"), Trait("ID", "S14")]
    public async Task A_run_under_way_on_one_node_is_left_alone_by_a_resume_of_another()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Work(_first));
        var run = await one.StartAsync("order-1");
        await _first.Entered.Soon();
        var other = await cluster.AddAsync("other", Work(_second));
        Assert.Equal(RunStatus.Running, (await other.Engine.FindAsync("order-1"))!.Status);
        Assert.Empty(await Engines.ResumedAsync(other.Engine));
        Assert.Equal("workflow", (await Failures.OfAsync(other.StartAsync("order-1"))).Category);
        var waiting = other.Run("order-1").Completion();
        _first.Open();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        // Who waits elsewhere hears of the end.
        Assert.Equal(Stage.End, await cluster.EndAsync(waiting));
        Assert.Equal(["work"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "X1"), Trait("ID", "S17")]
    public async Task What_a_dead_node_worked_on_is_taken_over_and_its_waiters_hear_of_the_end()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Work(_first));
        var link = one.Link;
        var run = await one.StartAsync("order-1");
        await _first.Entered.Soon();
        var waiting = run.Completion();
        var other = await cluster.AddAsync("other", Work(_second));
        await cluster.PassAsync(2);
        link.IsCut = true;
        await cluster.EndAsync(AsBool(_second.Entered));
        Assert.Equal(1, (await other.Engine.FindAsync("order-1"))!.Tries);
        // The first one stopped by itself, and wrote nothing.
        await _told.WaitAsync(1).Soon();
        Assert.Equal(["told to stop"], _trail.Marks);
        _second.Open();
        Assert.Equal(Stage.End, await other.Run("order-1").Completion().Soon());
        Assert.False(waiting.IsCompleted);
        link.IsCut = false;
        Assert.Equal(Stage.End, await cluster.EndAsync(waiting));
        Assert.Equal(["told to stop", "work"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "X1"), Trait("ID", "Z49")]
    public async Task One_that_was_set_aside_and_retried_is_taken_over_when_its_node_dies_again()
    {
        await using var cluster = new Cluster();
        await DieAsync(cluster, times: 4);
        var watcher = await cluster.AddAsync("watcher", Work(_second));
        await cluster.PassAsync(5);
        Assert.Equal(RunStatus.Quarantined, (await watcher.Engine.FindAsync("order-1"))!.Status);
        Assert.False(_second.Entered.IsCompleted);
        var gate = new Gate();
        var next = await cluster.AddAsync("next", Work(gate));
        await next.Engine.RetryAsync("order-1").Soon();
        await gate.Entered.Soon();
        // The watcher finds it among the orphans no more.
        await cluster.PassAsync(2);
        next.Link.IsCut = true;
        await cluster.EndAsync(AsBool(_second.Entered));
    }

    /// <summary>Nodes die with a run, one behind the other.</summary>
    private async Task DieAsync(Cluster cluster, int times)
    {
        for (var death = 0; death < times; death++)
        {
            var gate = new Gate();
            var node = await cluster.AddAsync($"node-{death}", Work(gate));
            if (death == 0)
                await node.StartAsync("order-1");
            await cluster.EndAsync(AsBool(gate.Entered));
            await cluster.PassAsync(2);
            node.Link.IsCut = true;
        }
    }

    [Fact]
    [Trait("ID", "X1"), Trait("ID", "Z49")]
    public async Task An_orphan_that_cannot_be_read_is_tried_again_less_and_less_often()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Work(_first));
        var logger = new KeepingLogger();
        var other = await cluster.AddAsync(
            "other",
            Work(_second),
            new() { LoggerFactory = new OneLogger(logger) }
        );
        await one.StartAsync("order-1");
        await _first.Entered.Soon();
        await cluster.PassAsync(2);
        other.Link.IsUnread = true;
        one.Link.IsCut = true;
        while (Held() == 0)
            await cluster.PassAsync(1);
        await cluster.PassAsync(20);
        // Each of the sixty beats would begin a chain of tries of its own.
        Assert.InRange(Held(), 1, 40);
        other.Link.IsUnread = false;
        await cluster.EndAsync(AsBool(_second.Entered));

        int Held() => logger.Warnings.Count(text => text.Contains("is held", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("ID", "X1")]
    public async Task A_node_that_was_paused_writes_nothing_over_who_took_its_run()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Deaf(_first));
        var link = one.Link;
        var run = await one.StartAsync("order-1");
        await _first.Entered.Soon();
        var other = await cluster.AddAsync("other", Work(_second));
        await cluster.PassAsync(2);
        link.IsCut = true;
        await cluster.EndAsync(AsBool(_second.Entered));
        link.IsCut = false;
        // It comes back while the other works: its answer is too late.
        _first.Open();
        await cluster.PassAsync(1);
        Assert.Equal(RunStatus.Running, (await other.Engine.FindAsync("order-1"))!.Status);
        _second.Open();
        Assert.Equal(Stage.End, await cluster.EndAsync(run.Completion()));
        var rows = await other.Engine.HistoryAsync("order-1");
        Assert.Equal(Enumerable.Range(0, rows.Count).Select(n => (long)n), rows.Select(row => row.Sequence));
        Assert.Single(rows, row => row.Kind == RowKind.Finished);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(3, 1)]
    [Trait("ID", "X1"), Trait("ID", "S17")]
    public async Task A_store_that_nobody_reaches_for_a_while_has_nobody_declared_dead(
        double leases,
        int stopped
    )
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Work(_first));
        var link = one.Link;
        var other = await cluster.AddAsync("other", Work(_second));
        var otherLink = other.Link;
        var run = await one.StartAsync("order-1");
        var second = await other.StartAsync("order-2");
        await Task.WhenAll(_first.Entered, _second.Entered).Soon();
        await cluster.PassAsync(2);
        (link.IsCut, otherLink.IsCut) = (true, true);
        await cluster.PassAsync(leases);
        await _told.WaitAsync(2 * stopped).Soon();
        (link.IsCut, otherLink.IsCut) = (false, false);
        await cluster.PassAsync(1);
        _first.Open();
        _second.Open();
        Assert.Equal(Stage.End, await cluster.EndAsync(run.Completion()));
        Assert.Equal(Stage.End, await cluster.EndAsync(second.Completion()));
        Assert.Equal(2 * stopped, _trail.CountOf("told to stop"));
        Assert.Equal(2, _trail.CountOf("work"));
    }

    [Fact]
    [Trait("ID", "X1")]
    public async Task A_node_beats_on_while_its_look_at_what_others_left_hangs()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Work(_first));
        await cluster.AddAsync("other", Work(_second));
        one.Link.IsBlind = true;
        var run = await one.StartAsync("order-1");
        await _first.Entered.Soon();
        await cluster.PassAsync(4);
        _first.Open();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["work"], _trail.Marks);
    }

    [Theory]
    [InlineData(67)]
    [InlineData(99)]
    [InlineData(1000)]
    [Trait("ID", "X1")]
    public async Task A_clock_that_is_set_between_a_beat_and_a_look_has_nobody_declared_dead(int percent)
    {
        var (time, span) = (new SettableTime(new VirtualTime()), TimeSpan.FromSeconds(12));
        ISharedStore store = new MemoryCheckpointStore(time);
        var (watcher, other) = (await store.JoinAsync("watcher", span), await store.JoinAsync("other", span));
        for (var beat = 0; beat < 4; beat++)
        {
            time.Ahead += span / 3;
            Assert.True(await store.BeatAsync(watcher));
            // Of the last beat the other's is the one that is still to come.
            Assert.True(beat == 3 || await store.BeatAsync(other));
        }

        time.Ahead += span * percent / 100;
        await foreach (var _ in store.OrphansAsync(watcher)) { }
        Assert.True(await store.BeatAsync(other));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(35)]
    [Trait("ID", "X1")]
    public async Task A_node_that_joins_while_the_clock_is_set_back_lives_on_when_it_is_right_again(
        int percent
    )
    {
        var (time, span) = (new SettableTime(new VirtualTime()), TimeSpan.FromSeconds(12));
        ISharedStore store = new MemoryCheckpointStore(time);
        var watcher = await store.JoinAsync("watcher", span);
        for (var beat = 0; beat < 4; beat++)
        {
            time.Ahead += span / 3;
            Assert.True(await store.BeatAsync(watcher));
        }

        var back = span * percent / 100;
        time.Ahead -= back;
        var joined = await store.JoinAsync("joined", span);
        time.Ahead += back + (span * 0.66);
        Assert.True(await store.BeatAsync(watcher));
        Assert.Empty(await store.OrphansAsync(watcher).ToListAsync());
        Assert.True(await store.BeatAsync(joined));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [Trait("ID", "X1")]
    public async Task A_clock_of_the_store_that_jumps_has_nobody_declared_dead(int hours)
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Work(_first));
        await cluster.AddAsync("other", Work(_second));
        var run = await one.StartAsync("order-1");
        await _first.Entered.Soon();
        await cluster.PassAsync(2);
        cluster.StoreTime.Ahead = TimeSpan.FromHours(hours);
        await cluster.PassAsync(3);
        _first.Open();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["work"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "X1")]
    public async Task An_append_ends_with_the_lease()
    {
        await using var cluster = new Cluster();
        var logger = new KeepingLogger();
        var one = await cluster.AddAsync(
            "one",
            Work(_first),
            new() { LoggerFactory = new OneLogger(logger) }
        );
        var link = one.Link;
        var run = await one.StartAsync("order-1");
        await _first.Entered.Soon();
        await cluster.PassAsync(2);
        link.IsSlow = true;
        _first.Open();
        await link.Slowed.Soon();
        // A node that the pool came to late may have beaten again behind the two leases.
        for (var beats = 0; beats < 100 && !IsOver(logger); beats++)
            await cluster.PassAsync(1.0 / 3);
        Assert.True(IsOver(logger));
        link.IsSlow = false;
        // Nobody else has taken it: this node goes on with it.
        Assert.Equal(Stage.End, await cluster.EndAsync(run.Completion()));
        Assert.Equal(["work", "work"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "X1"), Trait("ID", "S14")]
    public async Task A_start_whose_node_loses_its_lease_is_told_of_the_lease()
    {
        await using var cluster = new Cluster();
        var logger = new KeepingLogger();
        var workflow = Work(_first).WithResources(new Resources().Insert("bank", new Slow(_second)));
        var one = await cluster.AddAsync("one", workflow, new() { LoggerFactory = new OneLogger(logger) });
        await cluster.PassAsync(2);
        var starting = Failures.OfAsync(one.StartAsync("order-1"));
        await _second.Entered.Soon();
        one.Link.IsCut = true;
        for (var beats = 0; beats < 100 && !IsOver(logger); beats++)
            await cluster.PassAsync(1.0 / 3);
        one.Link.IsCut = false;
        _second.Open();
        var error = await starting.Soon();
        Assert.Equal("suspended", error.Category);
        Assert.Contains("lease", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "S1"), Trait("ID", "X7"), Trait("ID", "X10")]
    public async Task What_a_suspended_engine_had_another_takes_up_its_queue_too()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Work(_first), new() { MaxRunning = 1 });
        var other = await cluster.AddAsync("other", Work(_second));
        await one.StartAsync("order-1");
        await _first.Entered.Soon();
        await one.StartAsync("order-2");
        // A queue is its node's.
        Assert.Empty(await Engines.ResumedAsync(other.Engine));
        Assert.True((await one.Engine.SuspendAsync().Soon()).Clean);
        _second.Open();
        var ends = await Engines.ResumedAsync(other.Engine);
        Assert.Equal(["order-1", "order-2"], ends.Select(end => end.RunId).Order());
        Assert.All(ends, end => Assert.Equal(RunStatus.Completed, end.Status));
        Assert.Equal(["told to stop", "work", "work"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "X10")]
    public async Task The_queue_of_a_dead_node_is_taken_up()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Work(_first), new() { MaxRunning = 1 });
        var link = one.Link;
        var other = await cluster.AddAsync("other", Work(_second));
        await one.StartAsync("order-1");
        await _first.Entered.Soon();
        await one.StartAsync("order-2");
        await cluster.PassAsync(2);
        link.IsCut = true;
        _second.Open();
        Assert.Equal(Stage.End, await cluster.EndAsync(other.Run("order-2").Completion()));
        Assert.Equal(Stage.End, await cluster.EndAsync(other.Run("order-1").Completion()));
        // The one in the queue had not been worked on.
        Assert.Equal(2, _trail.CountOf("work"));
    }

    [Fact]
    [Trait("ID", "S5")]
    public async Task A_cancel_reaches_the_node_that_works_on_the_run()
    {
        await using var cluster = new Cluster();
        var one = await cluster.AddAsync("one", Engines.Saga(_trail, _first));
        var other = await cluster.AddAsync("other", Engines.Saga(_trail, _second));
        var run = await one.StartAsync("order-1");
        await _first.Entered.Soon();
        await other.Engine.CancelAsync("order-1", "they changed their mind").Soon();
        Assert.Equal("cancelled", (await Failures.OfAsync(run.Completion().Soon())).Category);
        Assert.Equal(RunStatus.Cancelled, (await other.Engine.FindAsync("order-1"))!.Status);
        Assert.Equal(["pay", "ship told to stop", "undo pay"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S15")]
    public async Task Ended_runs_are_kept_by_number_whichever_nodes_they_ended_on()
    {
        await using var cluster = new Cluster();
        _first.Open();
        var options = new CanoEngineOptions { Retention = Retention.KeepLast(2) };
        var one = await cluster.AddAsync("one", Work(_first), options);
        var other = await cluster.AddAsync("other", Work(_first), options);
        foreach (var (node, id) in new[] { (one, "a"), (other, "b"), (one, "c"), (other, "d") })
        {
            cluster.Time.Advance(TimeSpan.FromSeconds(1));
            await (await node.StartAsync(id)).Completion().Soon();
        }

        Assert.Equal(
            ["c", "d"],
            (await StartTests.ListAsync(one.Engine, RunQuery.All)).Select(run => run.RunId).Order()
        );
    }

    private static bool IsOver(KeepingLogger logger) =>
        logger.Warnings.Any(line =>
            line.StartsWith("The lease of this node is over", StringComparison.Ordinal)
        );

    private static Task<bool> AsBool(Task task) => task.ContinueWith(_ => true, TaskScheduler.Default);

    private static Workflow<Stage> Named() =>
        Workflow.Bare<Stage>().WithName("orders").AddExitState(Stage.End);

    /// <summary>Works when the gate is open, and stops when it is told to.</summary>
    private Workflow<Stage> Work(Gate gate) =>
        Named()
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    try
                    {
                        await gate.PassAsync(token);
                    }
                    catch (OperationCanceledException)
                    {
                        _trail.Add("told to stop");
                        _told.Add();
                        throw;
                    }

                    _trail.Add("work");
                    return Stage.End;
                }
            );

    /// <summary>Works when the gate is open, whatever it is told.</summary>
    private static Workflow<Stage> Deaf(Gate gate) =>
        Named()
            .Register(
                Stage.Start,
                async (_, _) =>
                {
                    await gate.HoldAsync();
                    return Stage.End;
                }
            );

    /// <summary>Is ready when the gate is open.</summary>
    private sealed class Slow(Gate gate) : IResource
    {
        public async ValueTask SetupAsync(CancellationToken cancellationToken) => await gate.HoldAsync();
    }
}
