using Cano.Integration.Scheduling;
using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>Schedules whose runs are an engine's.</summary>
public sealed class ScheduleTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly VirtualTime _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 30, TimeSpan.Zero));
    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "X9")]
    public async Task A_run_of_a_schedule_is_listed_found_and_kept_like_all_others(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await OpenAsync(home);
        await using var flows = await engine.ScheduleAsync(it =>
            it.Manual("nightly", Engines.Saga(_trail, _gate), Stage.Start)
        );
        Assert.Equal(["orders"], engine.WorkflowNames);
        await flows.TriggerAsync("nightly");
        await _gate.Entered.Soon();
        var run = Assert.Single(await StartTests.ListAsync(engine, RunQuery.Unfinished));
        Assert.Equal(("nightly/2026-03-01T00:00:30.0000000Z", RunStatus.Running), (run.RunId, run.Status));
        _gate.Open();
        Assert.Equal(FlowStatus.Completed, (await flows.RestAsync("nightly", 1)).Status);
        Assert.Equal(RunStatus.Completed, (await engine.FindAsync(run.RunId))!.Status);
        Assert.Equal(["pay", "ship"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "X9"), Trait("ID", "S3")]
    public async Task A_deploy_refunds_nothing_and_the_next_schedule_goes_on(string kind)
    {
        using var home = Engines.Home(kind);
        await using (var engine = await OpenAsync(home))
        {
            var flows = await engine.ScheduleAsync(it =>
                it.Manual("nightly", Engines.Saga(_trail, _gate), Stage.Start)
            );
            await flows.TriggerAsync("nightly");
            await _gate.Entered.Soon();
        }

        Assert.Equal(["pay", "ship told to stop"], _trail.Marks);
        _gate.Open();
        await using var next = await OpenAsync(home);
        await using var again = await next.ScheduleAsync(it =>
            it.Manual("nightly", Engines.Saga(_trail, _gate), Stage.Start)
        );
        var info = await again.RestAsync("nightly", 1);
        Assert.Equal((FlowStatus.Completed, null), (info.Status, info.LastError));
        Assert.Equal(["pay", "ship told to stop", "ship"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "X9"), Trait("ID", "S3")]
    public async Task Cancelling_a_flow_cancels_its_run_for_good(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await OpenAsync(home);
        await using var flows = await engine.ScheduleAsync(it =>
            it.Manual("nightly", Engines.Saga(_trail, _gate), Stage.Start)
        );
        await flows.TriggerAsync("nightly");
        await _gate.Entered.Soon();
        await flows.CancelFlowAsync("nightly").Soon();
        var info = flows.Status("nightly")!;
        Assert.Equal((FlowStatus.Idle, 0), (info.Status, info.FailureStreak));
        var run = Assert.Single(await StartTests.ListAsync(engine));
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Equal(["pay", "ship told to stop", "undo pay"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "X9"), Trait("ID", "S3")]
    public async Task A_suspended_engine_holds_its_schedules_and_a_resume_lets_them_go_on(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await OpenAsync(home);
        await using var flows = await engine.ScheduleAsync(it =>
            it.Every("minutely", Marking(), Stage.Start, s_minute)
                .Cron("hourly", Marking("hour"), Stage.Start, "0 * * * *", missed: MissedPolicy.RunOnce)
        );
        await flows.RestAsync("minutely", 1);
        await flows.RunAsync("hourly");
        Assert.True((await engine.SuspendAsync().Soon()).Clean);
        _time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(["hour", "run"], _trail.Marks.Order());
        await Assert.ThrowsAsync<CanoException>(() => flows.TriggerAsync("minutely"));
        await ResumeAsync(engine);
        await flows.RestAsync("minutely", 2);
        await flows.RestAsync("hourly", 2);
        Assert.Equal(["hour", "hour", "run", "run"], _trail.Marks.Order());
        _time.Advance(s_minute);
        await flows.RestAsync("minutely", 3);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "X9"), Trait("ID", "S3")]
    public async Task What_an_engine_suspends_of_a_flow_goes_on_with_the_engine(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await OpenAsync(home);
        await using var flows = await engine.ScheduleAsync(it =>
            it.Manual("nightly", Engines.Saga(_trail, _gate), Stage.Start)
        );
        await flows.TriggerAsync("nightly");
        await _gate.Entered.Soon();
        Assert.True((await engine.SuspendAsync(TimeSpan.FromSeconds(20)).Soon()).Clean);
        await Flows.UntilAsync(() => flows.Status("nightly")!.Status == FlowStatus.Idle);
        _gate.Open();
        await ResumeAsync(engine);
        var info = await flows.RestAsync("nightly", 2);
        Assert.Equal((FlowStatus.Completed, 0), (info.Status, info.FailureStreak));
        Assert.Equal(["pay", "ship told to stop", "ship"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S3"), Trait("ID", "S15")]
    public async Task A_failed_occurrence_is_retried_twice_then_given_up_and_told()
    {
        await using var engine = CanoEngine.InMemory(new CanoEngineOptions { TimeProvider = _time });
        var fails = Workflow
            .Bare<Stage>()
            .WithName("fails")
            .Register(Stage.Start, _ => Fail(), TaskConfig.Minimal)
            .AddExitState(Stage.End);
        await using var flows = await engine.ScheduleAsync(it =>
            it.Manual("bad", fails, Stage.Start).SetBackoff("bad", Bench.Doubling)
        );
        for (var tries = 1; tries <= 3; tries++)
            Assert.Contains(
                "no stock",
                (await flows.RunAsync("bad")).LastError!.Message,
                StringComparison.Ordinal
            );
        var run = Assert.Single(await StartTests.ListAsync(engine, RunQuery.NeedsAttention));
        Assert.Equal(("bad/2026-03-01T00:00:30.0000000Z", RunStatus.Failed), (run.RunId, run.Status));
        Assert.Equal(3, (await engine.HistoryAsync(run.RunId)).Count(row => row.Kind == RowKind.Failed));
        // What was given up is over: the next firing is a run of its own.
        await flows.RunAsync("bad");
        Assert.Equal(2, (await StartTests.ListAsync(engine)).Count);

        Stage Fail() => throw new InvalidOperationException("no stock");
    }

    [Fact]
    [Trait("ID", "S3"), Trait("ID", "X8")]
    public async Task An_occurrence_that_is_held_holds_its_flow_up_and_both_say_so()
    {
        using var home = Engines.Home("on a store in memory");
        var old = Engines.Saga(_trail, _gate);
        await using (var engine = await OpenAsync(home))
        {
            var flows = await engine.ScheduleAsync(it => it.Cron("daily", old, Stage.Start, "0 0 * * *"));
            await flows.TriggerAsync("daily");
            await _gate.Entered.Soon();
        }

        _gate.Open();
        await using var next = await OpenAsync(home);
        await using var again = await next.ScheduleAsync(it =>
            it.Cron("daily", Engines.Saga(_trail, _gate).WithWorkflowVersion(2), Stage.Start, "0 0 * * *")
        );
        await Flows.UntilAsync(() => again.Status("daily")!.LastError is not null);
        var info = again.Status("daily")!;
        Assert.Equal(FlowStatus.Running, info.Status);
        Assert.Contains("version 0", info.LastError!.Message, StringComparison.Ordinal);
        var held = Assert.Single(await StartTests.ListAsync(next, RunQuery.NeedsAttention));
        Assert.Contains("not added", held.Held, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(2, again.Status("daily")!.SkippedCount);
        next.Add(old);
        await ResumeAsync(next);
        info = await again.RestAsync("daily", 1);
        Assert.Equal((FlowStatus.Completed, null), (info.Status, info.LastError));
        Assert.Equal(["pay", "ship told to stop", "ship"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S17")]
    public async Task An_occurrence_that_could_not_begin_for_its_store_is_no_failure_of_its_flow()
    {
        var store = new DownStore(new MemoryCheckpointStore(_time));
        await using var engine = await CanoEngine.OpenAsync(
            store,
            new CanoEngineOptions { TimeProvider = _time }
        );
        await using var flows = await engine.ScheduleAsync(it =>
            it.Manual("nightly", Marking(), Stage.Start)
        );
        store.IsDown = true;
        await flows.TriggerAsync("nightly");
        await Flows.UntilAsync(() => flows.Status("nightly")!.LastError is not null);
        Assert.Contains("no space", flows.Status("nightly")!.LastError!.Message, StringComparison.Ordinal);
        store.IsDown = false;
        await Flows.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return flows.Status("nightly")!.Status != FlowStatus.Running;
        });
        var info = flows.Status("nightly")!;
        Assert.Equal(
            (FlowStatus.Completed, 0, null),
            (info.Status, info.FailureStreak, info.LastError?.ToString())
        );
        Assert.Equal(["run"], _trail.Marks);
        Assert.Empty(await StartTests.ListAsync(engine, RunQuery.NeedsAttention));
    }

    [Fact]
    [Trait("ID", "Y10"), Trait("ID", "X9")]
    public async Task Engines_that_share_a_store_run_an_occurrence_once()
    {
        var store = new MemoryCheckpointStore(_time);
        var options = new CanoEngineOptions { TimeProvider = _time };
        await using var one = await CanoEngine.OpenAsync(store, options);
        await using var other = await CanoEngine.OpenAsync(store, options);
        await using var ones = await one.ScheduleAsync(Minutely);
        await _gate.Entered.Soon();
        await using var others = await other.ScheduleAsync(Minutely);
        await Flows.UntilAsync(() => !others.HasRunningFlows);
        _time.Advance(s_minute);
        await Flows.UntilAsync(() => !others.HasRunningFlows);
        Assert.Equal(["pay"], _trail.Marks);
        Assert.Empty(await StartTests.ListAsync(other, RunQuery.NeedsAttention));
        _gate.Open();
        await ones.RestAsync("minutely", 1);
        for (var minute = 0; minute < 10; minute++)
        {
            _time.Advance(s_minute);
            await Flows.UntilAsync(() => !ones.HasRunningFlows && !others.HasRunningFlows);
        }

        Assert.Equal(11, _trail.CountOf("pay"));
        Assert.Equal(11, _trail.CountOf("ship"));
        Assert.All(
            [ones.Status("minutely")!, others.Status("minutely")!],
            info => Assert.Equal((0, null), (info.FailureStreak, info.LastError))
        );

        Scheduler Minutely(Scheduler flows) =>
            flows.Every("minutely", Engines.Saga(_trail, _gate), Stage.Start, s_minute);
    }

    [Fact]
    [Trait("ID", "X9"), Trait("ID", "T3")]
    public async Task What_cannot_be_scheduled_is_refused_before_anything_starts()
    {
        await using var engine = CanoEngine.InMemory(new CanoEngineOptions { TimeProvider = _time });
        var wants = Marking().WithName("wants").Accepts<DateTimeOffset>();
        foreach (
            var schedule in new Func<Scheduler, Scheduler>[]
            {
                it => it.Every("nameless", _trail.Through(Stage.Start, Stage.End), Stage.Start, s_minute),
                it =>
                    it.Every(
                        "stored",
                        Marking("a").WithCheckpointStore(new MemoryCheckpointStore()),
                        Stage.Start,
                        s_minute
                    ),
                it => it.Every("inputless", wants, Stage.Start, s_minute),
                it => it.Every("other", wants, Stage.Start, s_minute, at => at.Year),
            }
        )
            Assert.Equal("configuration", (await Failures.OfAsync(engine.ScheduleAsync(schedule))).Category);
        Assert.Empty(_trail.Marks);
        await using var flows = await engine.ScheduleAsync(it => it.Manual("flow", Marking(), Stage.Start));
        var twice = await Failures.OfAsync(
            engine.ScheduleAsync(it => it.Manual("flow", Marking().WithWorkflowVersion(1), Stage.Start))
        );
        Assert.Contains("scheduled by this engine already", twice.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "T3"), Trait("ID", "T1")]
    public async Task The_input_of_an_occurrence_is_asked_once_and_is_there_after_a_restart(string kind)
    {
        using var home = Engines.Home(kind);
        var asked = 0;
        await using (var engine = await OpenAsync(home))
        {
            var flows = await engine.ScheduleAsync(Daily);
            await flows.TriggerAsync("daily");
            await _gate.Entered.Soon();
        }

        _time.Advance(TimeSpan.FromHours(5));
        _gate.Open();
        await using var next = await OpenAsync(home);
        await using var again = await next.ScheduleAsync(Daily);
        await again.RestAsync("daily", 1);
        Assert.Equal(["2026-03-01 00:00"], _trail.Marks);
        Assert.Equal(1, asked);

        Scheduler Daily(Scheduler flows) =>
            flows.Manual(
                "daily",
                Workflow
                    .Bare<Stage>()
                    .WithName("report")
                    .Accepts<string>()
                    .Register(
                        Stage.Start,
                        async (context, token) =>
                        {
                            await _gate.PassAsync(token);
                            _trail.Add(context.Input<string>());
                            return Stage.End;
                        }
                    )
                    .AddExitState(Stage.End),
                Stage.Start,
                at =>
                {
                    asked++;
                    return at.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
                }
            );
    }

    private Task<CanoEngine> OpenAsync(EngineHome home) =>
        home.OpenAsync(new CanoEngineOptions { TimeProvider = _time });

    private static async Task ResumeAsync(CanoEngine engine)
    {
        await foreach (var _ in engine.ResumeAsync())
            continue;
    }

    private Workflow<Stage> Marking(string mark = "run") =>
        Workflow
            .Bare<Stage>()
            .WithName(mark)
            .Register(
                Stage.Start,
                _ =>
                {
                    _trail.Add(mark);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
}
