namespace Cano.Integration.Scheduling;

/// <summary>A scheduler that stops undoes nothing of what is journaled.</summary>
public sealed class SuspendedFlowTests
{
    private readonly Bench _bench = new();
    private readonly Gate _gate = new();
    private readonly MemoryCheckpointStore _store = new();

    [Fact]
    [Trait("ID", "S3")]
    public async Task A_saga_that_a_stop_interrupts_is_gone_on_with_by_the_next_scheduler()
    {
        var first = await StartAsync(isJournaled: true);
        await first.TriggerAsync("flow");
        await _gate.Entered.Soon();
        Assert.True((await first.StopAsync()).Clean);
        var stopped = first.Status("flow")!;
        Assert.Equal((FlowStatus.Idle, 0, null), (stopped.Status, stopped.FailureStreak, stopped.LastError));
        Assert.Equal(["pay"], _bench.Trail.Marks);
        _gate.Open();
        await using var second = await StartAsync(isJournaled: true);
        Assert.Equal(FlowStatus.Completed, (await second.RestAsync("flow", 1)).Status);
        Assert.Equal(["pay", "ship"], _bench.Trail.Marks);
    }

    [Fact]
    [Trait("ID", "S3")]
    public async Task Of_a_run_without_a_journal_a_stop_undoes_what_it_completed()
    {
        var first = await StartAsync(isJournaled: false);
        await first.TriggerAsync("flow");
        await _gate.Entered.Soon();
        Assert.True((await first.StopAsync()).Clean);
        Assert.Equal(["pay", "undo pay"], _bench.Trail.Marks);
    }

    [Fact]
    [Trait("ID", "S3"), Trait("ID", "Q12")]
    public async Task A_cancelled_run_is_undone_and_not_gone_on_with()
    {
        await using (var first = await StartAsync(isJournaled: true))
        {
            await first.TriggerAsync("flow");
            await _gate.Entered.Soon();
            await first.CancelFlowAsync("flow").Soon();
            Assert.Equal(FlowStatus.Idle, first.Status("flow")!.Status);
        }

        Assert.Equal(["pay", "undo pay"], _bench.Trail.Marks);
        await using var second = await StartAsync(isJournaled: true);
        Assert.Equal(0, second.Status("flow")!.RunCount);
    }

    [Fact]
    [Trait("ID", "T3")]
    public async Task A_workflow_that_accepts_an_input_is_scheduled_with_one_only()
    {
        var trail = new Trail();
        var work = Workflow
            .Bare<Stage>()
            .WithName("report")
            .Accepts<DateTimeOffset>()
            .Register(
                Stage.Start,
                context =>
                {
                    trail.Add($"{context.Input<DateTimeOffset>():mm:ss}");
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_bench.Time);
        var refused = await Failures.OfAsync(
            _bench.Scheduler.EverySeconds("flow", work, Stage.Start, 30).StartAsync()
        );
        Assert.Equal("configuration", refused.Category);
        Assert.Contains("`DateTimeOffset`", refused.Message, StringComparison.Ordinal);
        await using var running = await _bench
            .Scheduler.EverySeconds("every", work, Stage.Start, 30, at => at)
            .Cron("cron", work, Stage.Start, "* * * * *", at => at)
            .StartAsync();
        await running.RestAsync("every", 1);
        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        await running.RestAsync("cron", 1);
        await running.RestAsync("every", 2);
        Assert.Equal(["00:30", "01:00", "01:00"], trail.Marks.Order());
    }

    private Task<RunningScheduler> StartAsync(bool isJournaled) =>
        _bench
            .Scheduler.Manual("flow", isJournaled ? Saga().WithCheckpointStore(_store) : Saga(), Stage.Start)
            .StartAsync();

    private Workflow<Stage> Saga() =>
        Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) =>
                {
                    _bench.Trail.Add("pay");
                    return new((Stage.Work, 100));
                },
                (_, _, _) =>
                {
                    _bench.Trail.Add("undo pay");
                    return default;
                }
            )
            .Register(
                Stage.Work,
                async (_, token) =>
                {
                    await _gate.PassAsync(token);
                    _bench.Trail.Add("ship");
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_bench.Time);
}
