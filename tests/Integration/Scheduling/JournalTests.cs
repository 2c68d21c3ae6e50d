using Cano.Testing;

namespace Cano.Integration.Scheduling;

/// <summary>Flows whose workflow has a checkpoint store.</summary>
public sealed class JournalTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);

    private readonly Bench _bench = new();
    private readonly Gate _gate = new();
    private readonly KeepingStore _store = new() { KeepsBytes = true };

    [Fact]
    [Trait("ID", "Y10")]
    public async Task Each_firing_is_a_run_of_its_own_and_leaves_a_watermark()
    {
        await using var running = await _bench
            .Scheduler.Every("flow", Journaled(), Stage.Start, s_interval)
            .StartAsync();
        await running.RestAsync("flow", 1);
        _bench.Time.Advance(s_interval);
        var story = new[] { "StateEntered Start", "StateEntered Work", "Finished End", "Snapshot watermark" };
        Assert.Equal(["Snapshot watermark", .. story, .. story], _store.Story);
        foreach (var id in new[] { "flow/2026-03-01T00:00:30.0000000Z", "flow/2026-03-01T00:01:00.0000000Z" })
        {
            Assert.Equal(3, _store.RowsOf(id).Count);
            Assert.Empty(await _store.LoadRunAsync(id));
        }

        var row = Assert.Single(await _store.LoadRunAsync("flow/watermark"));
        Assert.Equal(
            "2026-03-01T00:01:00.0000000Z next=2026-03-01T00:01:30.0000000Z",
            System.Text.Encoding.UTF8.GetString(row.Payload!.Value.Span)
        );
        Assert.Null(row.WorkflowName);
        Assert.Empty(await Journaled().WithName("work").ResumeAllAsync(1));
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task A_scheduler_goes_on_at_once_with_what_an_earlier_one_left()
    {
        var first = await _bench.Scheduler.Manual("flow", Journaled(_gate), Stage.Start).StartAsync();
        await first.TriggerAsync("flow");
        await _gate.Entered;
        Assert.True((await first.StopAsync()).Clean);
        Assert.Equal(["Start"], _bench.Trail.Marks);

        await using var second = await _bench.Scheduler.Manual("flow", Journaled(), Stage.Start).StartAsync();
        var info = await second.RestAsync("flow", 1);
        Assert.Equal((FlowStatus.Completed, 1L), (info.Status, info.RunCount));
        Assert.Equal(["Start", "Work"], _bench.Trail.Marks);
        Assert.Empty(await LeftAsync());
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task A_run_that_failed_is_gone_on_with_before_the_next_occurrence()
    {
        await using var running = await _bench
            .Scheduler.Every("flow", Journaled(failures: 1), Stage.Start, s_interval)
            .StartAsync();
        Assert.Equal(FlowStatus.Backoff, (await running.RestAsync("flow", 1)).Status);
        _bench.Time.Advance(s_interval);
        Assert.Equal(FlowStatus.Completed, running.Status("flow")!.Status);
        Assert.Equal(["Start", "Work fails", "Work", "Start", "Work"], _bench.Trail.Marks);
        Assert.Empty(await LeftAsync());
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task A_run_that_keeps_failing_is_given_up_and_does_not_block_the_flow()
    {
        var logger = new KeepingLogger();
        var work = Journaled(failures: 3).WithLogger(logger);
        await using (
            var running = await _bench.Scheduler.Every("flow", work, Stage.Start, s_interval).StartAsync()
        )
        {
            await running.RestAsync("flow", 1);
            _bench.Time.Advance(s_interval * 2);
            Assert.Equal(
                (FlowStatus.Backoff, 3),
                (running.Status("flow")!.Status, running.Status("flow")!.FailureStreak)
            );
            Assert.Contains(
                "flow/2026-03-01T00:00:30.0000000Z failed 3 times",
                Assert.Single(logger.Errors),
                StringComparison.Ordinal
            );
            _bench.Time.Advance(s_interval);
            Assert.Equal(
                (FlowStatus.Completed, 0),
                (running.Status("flow")!.Status, running.Status("flow")!.FailureStreak)
            );
        }

        // Its rows are there for a person, and no later scheduler takes it up again.
        Assert.Equal(["flow/2026-03-01T00:00:30.0000000Z"], await LeftAsync());
        await using var second = await _bench.Scheduler.Manual("flow", Journaled(), Stage.Start).StartAsync();
        Assert.Equal((FlowStatus.Idle, 0L), (second.Status("flow")!.Status, second.Status("flow")!.RunCount));
        Assert.Equal(Stage.End, await Journaled().ResumeFromAsync("flow/2026-03-01T00:00:30.0000000Z"));
    }

    [Fact]
    [Trait("ID", "Y10"), Trait("ID", "Q12")]
    public async Task A_run_that_a_user_cancelled_is_not_gone_on_with()
    {
        await using var running = await _bench
            .Scheduler.Manual("flow", Journaled(_gate), Stage.Start)
            .StartAsync();
        await running.TriggerAsync("flow");
        await _gate.Entered;
        await running.CancelFlowAsync("flow");
        Assert.Equal(FlowStatus.Idle, running.Status("flow")!.Status);
        Assert.Empty(await LeftAsync());
        _gate.Open();
        Assert.Equal(FlowStatus.Completed, (await running.RunAsync("flow")).Status);
        Assert.Equal(["Start", "Start", "Work"], _bench.Trail.Marks);
    }

    [Theory]
    [Trait("ID", "Y10")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_was_rolled_back_is_over(bool isDirty)
    {
        var work = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation(
                Stage.Start,
                (_, _) => new ValueTask<(Stage, int)>((Stage.Work, 7)),
                (_, _, _) => isDirty ? throw new IOException("stuck") : default
            )
            .Register(Stage.Work, _ => throw new IOException("down"), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store);
        await using (var running = await _bench.Scheduler.Manual("flow", work, Stage.Start).StartAsync())
            Assert.Equal(FlowStatus.Backoff, (await running.RunAsync("flow")).Status);
        // A rollback that did not succeed leaves its rows as evidence.
        Assert.Equal(isDirty ? 1 : 0, (await LeftAsync()).Count);
        await using var second = await _bench.Scheduler.Manual("flow", work, Stage.Start).StartAsync();
        Assert.Equal(0, second.Status("flow")!.RunCount);
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task Ended_runs_are_kept_when_the_workflow_asks_for_that()
    {
        var work = Journaled().WithRetention(Retention.Keep);
        await using (var running = await _bench.Scheduler.Manual("flow", work, Stage.Start).StartAsync())
        {
            await running.RunAsync("flow");
            await running.RunAsync("flow");
        }

        await using var second = await _bench.Scheduler.Manual("flow", work, Stage.Start).StartAsync();
        Assert.Equal(0, second.Status("flow")!.RunCount);
        Assert.Equal(2, (await LeftAsync()).Count);
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task Kept_runs_of_earlier_processes_count_among_those_that_are_kept()
    {
        for (var process = 0; process < 3; process++)
        {
            // Another store over the same rows, as after a restart.
            var reopened = new CrashingCheckpointStore(_store, int.MaxValue, CrashPoint.BeforeAppend);
            var work = Journaled().WithCheckpointStore(reopened).WithRetention(Retention.KeepLast(2));
            await using var running = await _bench.Scheduler.Manual("flow", work, Stage.Start).StartAsync();
            await running.RunAsync("flow");
            await running.RunAsync("flow");
            Assert.Equal(2, (await LeftAsync()).Count);
        }
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task A_flow_goes_on_in_a_journal_on_disk()
    {
        using var directory = new TempDirectory();
        var work = Journaled(_gate).WithCheckpoints(directory.Path);
        var first = await _bench.Scheduler.Manual("flow", work, Stage.Start).StartAsync();
        await first.TriggerAsync("flow");
        await _gate.Entered;
        await first.StopAsync();
        await FasterCheckpointStore.CloseAsync(directory.Path);

        _gate.Open();
        var second = await _bench.Scheduler.Manual("flow", work, Stage.Start).StartAsync();
        Assert.Equal(FlowStatus.Completed, (await second.RestAsync("flow", 1)).Status);
        Assert.Equal(FlowStatus.Completed, (await second.RunAsync("flow")).Status);
        await second.StopAsync();
        await FasterCheckpointStore.CloseAsync(directory.Path);
        Assert.Equal(["Start", "Work", "Start", "Work"], _bench.Trail.Marks);

        await using var store = await FasterCheckpointStore.OpenAsync(directory.Path);
        Assert.Empty(await store.LoadRunAsync("flow/2026-03-01T00:00:30.0000000Z"));
        var row = Assert.Single(await store.LoadRunAsync("flow/watermark"));
        Assert.Equal(
            (1L, "2026-03-01T00:00:30.0000001Z"),
            (row.Sequence, System.Text.Encoding.UTF8.GetString(row.Payload!.Value.Span))
        );
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task Ids_are_new_even_when_the_clock_was_set_back()
    {
        await using (
            var running = await _bench.Scheduler.Manual("flow", Journaled(), Stage.Start).StartAsync()
        )
            await running.RunAsync("flow");
        var earlier = new Bench();
        Assert.Equal(_bench.Time.GetUtcNow(), earlier.Time.GetUtcNow());
        await using var second = await new Scheduler(new VirtualTime(_bench.Time.GetUtcNow().AddDays(-1)))
            .Manual("flow", Journaled(), Stage.Start)
            .StartAsync();
        Assert.Equal(FlowStatus.Completed, (await second.RunAsync("flow")).Status);
        Assert.Equal(3, _store.RowsOf("flow/2026-03-01T00:00:30.0000001Z").Count);
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task Flows_that_share_a_store_do_not_take_each_others_runs()
    {
        var first = await _bench.Scheduler.Manual("flow/a", Journaled(_gate), Stage.Start).StartAsync();
        await first.TriggerAsync("flow/a");
        await _gate.Entered;
        await first.StopAsync();
        await using var second = await _bench.Scheduler.Manual("flow", Journaled(), Stage.Start).StartAsync();
        Assert.Equal(0, second.Status("flow")!.RunCount);
        Assert.Equal(FlowStatus.Completed, (await second.RunAsync("flow")).Status);
        Assert.Single(await LeftAsync());
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task A_damaged_run_is_reported_and_left_alone()
    {
        var logger = new KeepingLogger();
        var store = new ListingStore(
            _store,
            new RunSummary(
                "flow/2026-02-28T00:00:00.0000000Z",
                RunStatus.Damaged,
                null,
                null,
                -1,
                0,
                "sequence=3: checksum"
            )
        );
        await using var running = await _bench
            .Scheduler.Manual("flow", Journaled().WithCheckpointStore(store).WithLogger(logger), Stage.Start)
            .StartAsync();
        var info = running.Status("flow")!;
        Assert.Equal((FlowStatus.Idle, "checkpoint_store"), (info.Status, info.LastError!.Category));
        Assert.Contains("sequence=3", info.LastError.Message, StringComparison.Ordinal);
        Assert.Contains("2026-02-28", Assert.Single(logger.Errors), StringComparison.Ordinal);
        info = await running.RunAsync("flow");
        Assert.Equal((FlowStatus.Completed, null), (info.Status, info.LastError));
    }

    [Fact]
    [Trait("ID", "Q2")]
    public async Task A_store_that_cannot_be_read_refuses_the_start()
    {
        var dead = new CrashingCheckpointStore(_store, 1, CrashPoint.BeforeAppend);
        await Failures.OfAsync(Journaled().WithCheckpointStore(dead).OrchestrateAsync(Stage.Start, "x"));
        var work = Journaled()
            .WithCheckpointStore(dead)
            .WithResources(new Resources().Insert("db", new Spy("db", _bench.Trail)));
        var error = await Failures.OfAsync(_bench.Scheduler.Manual("flow", work, Stage.Start).StartAsync());
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Equal(["teardown db"], _bench.Trail.Marks.TakeLast(1));
    }

    [Fact]
    [Trait("ID", "Y10"), Trait("ID", "Q3")]
    public async Task Instances_of_a_concurrent_flow_go_on_one_by_one()
    {
        var many = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstance("good", Journaled(), Stage.Start)
            .AddInstance("bad", Journaled(failures: 1, mark: "bad "), Stage.Start);
        await using var running = await _bench.Scheduler.Every("many", many, s_interval).StartAsync();
        var info = await running.RestAsync("many", 1);
        Assert.Equal(
            (FlowStatus.Backoff, true, 1, 1),
            (info.Status, info.IsConcurrent, info.CompletedInstances, info.FailedInstances)
        );
        _bench.Time.Advance(s_interval);
        info = await running.RestAsync("many", 2);
        Assert.Equal(
            (FlowStatus.Completed, 2, 0),
            (info.Status, info.CompletedInstances, info.FailedInstances)
        );
        Assert.Equal((2, 2), (_bench.Trail.CountOf("Start"), _bench.Trail.CountOf("Work")));
        Assert.Equal(
            (2, 1, 2),
            (
                _bench.Trail.CountOf("bad Start"),
                _bench.Trail.CountOf("bad Work fails"),
                _bench.Trail.CountOf("bad Work")
            )
        );
        Assert.Empty(await LeftAsync());
    }

    /// <summary>Start, then Work, which fails so many times.</summary>
    private Workflow<Stage> Journaled(Gate? gate = null, int failures = 0, string mark = "")
    {
        var left = failures;
        return Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => Mark("Start", Stage.Work))
            .Register(
                Stage.Work,
                async (_, token) =>
                {
                    if (gate is not null)
                        await gate.PassAsync(token);
                    if (left-- <= 0)
                        return Mark("Work", Stage.End);
                    Mark("Work fails", Stage.End);
                    throw new IOException("down");
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_bench.Time)
            .WithCheckpointStore(_store);

        Stage Mark(string what, Stage next)
        {
            _bench.Trail.Add(mark + what);
            return next;
        }
    }

    /// <summary>The runs that are in the store.</summary>
    private async Task<List<string>> LeftAsync()
    {
        var ids = new List<string>();
        await foreach (var run in _store.ListRunsAsync(RunFilter.All))
            ids.Add(run.RunId);
        return ids;
    }
}
