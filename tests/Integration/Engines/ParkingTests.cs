using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>A run that waits is stopped, and is begun anew from its rows when that is over.</summary>
public sealed class ParkingTests
{
    private const string Id = "expense-1";

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();
    private readonly Approvals _approvals;

    public ParkingTests() => _approvals = new Approvals(_trail);

    [Fact]
    [Trait("ID", "U6")]
    public async Task One_alarm_is_set_for_all_that_wait()
    {
        using var home = Engines.Home("on a journal");
        await using var engine = await OpenAsync(home);
        var workflow = Timed();
        engine.Add(workflow);
        var idle = _time.WaitingCount;
        for (var i = 0; i < 50; i++)
            await engine.StartAsync(workflow, Stage.Start, $"{i}").Soon();
        for (var i = 0; i < 50; i++)
            await Approvals.WaitingAsync(engine, $"{i}").Soon();
        await _time.WhenWaitingAsync().Soon();
        Assert.InRange(_time.WaitingCount, idle, idle + 1);
        _time.Advance(s_hour);
        for (var i = 0; i < 50; i++)
            Assert.Equal(Stage.End, await engine.Run(workflow, $"{i}").Completion().Soon());
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "U10")]
    public async Task What_a_run_owns_is_torn_down_while_it_waits_and_made_anew(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await OpenAsync(home);
        var down = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("expenses")
            .WithResources(
                new Resources()
                    .InsertPerRun("owned", () => new Owned(_trail, down))
                    .Insert("store", MemoryStore.Durable())
            )
            .Register(
                Stage.Next,
                context =>
                {
                    context.Store.Put("amount", 7);
                    return Stage.Start;
                }
            )
            .RegisterWait(
                Stage.Start,
                Wait.For<Stage>()
                    .On(
                        Approvals.Refuse,
                        context =>
                        {
                            _trail.Add(context.Store.Get<int>("amount"));
                            return Stage.Stop;
                        }
                    )
            )
            .AddExitState(Stage.Stop);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Next, Id).Soon();
        await down.Task.Soon();
        Assert.Equal(RunStatus.Waiting, (await run.DescribeAsync()).Status);
        await run.SignalAsync(Approvals.Refuse).Soon();
        Assert.Equal(Stage.Stop, await run.Completion().Soon());
        Assert.Equal(["up", "down", "up", "7", "down"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "S9"), Trait("ID", "S13")]
    public async Task Waiting_is_no_try_and_a_resume_claims_nothing_for_it(string kind)
    {
        using var home = Engines.Home(kind);
        for (var process = 0; process < 12; process++)
        {
            await using var engine = await OpenAsync(home);
            var workflow = _approvals.Of();
            engine.Add(workflow);
            if (process == 0)
                await engine.StartAsync(workflow, Stage.Next, Id).Soon();

            Assert.Empty(await Engines.ResumedAsync(engine).Soon());
            var waiting = await Approvals.WaitingAsync(engine).Soon();
            Assert.Equal((RunStatus.Waiting, 0), (waiting.Status, waiting.Tries));
        }
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "S16")]
    public async Task The_total_time_counts_from_the_start_over_waits_and_restarts(string kind)
    {
        using var home = Engines.Home(kind);
        var workflow = _approvals.Of().WithTotalTimeout(s_hour);
        await using (var engine = await OpenAsync(home))
        {
            engine.Add(workflow);
            await engine.StartAsync(workflow, Stage.Next, Id).Soon();
            await Approvals.WaitingAsync(engine).Soon();
            // A node that has not begun it can tell when to wake it.
            var listed = (await StartTests.ListAsync(engine, RunQuery.All)).Single();
            Assert.Equal(listed.StartedAt + s_hour, listed.Waiting!.Until);
        }

        _time.Advance(s_hour - TimeSpan.FromMinutes(1));
        await using var next = await OpenAsync(home);
        next.Add(workflow);
        Assert.Empty(await Engines.ResumedAsync(next).Soon());
        _time.Advance(TimeSpan.FromMinutes(1));
        var failure = await Failures.OfAsync(next.Run(workflow, Id).Completion().Soon());
        Assert.Equal("workflow_timeout", failure.Category);
        Assert.Equal(["undo 5"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "S16")]
    public async Task A_retry_begins_the_total_time_anew_also_for_the_next_process(string kind)
    {
        using var home = Engines.Home(kind);
        var isMended = false;
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("expenses")
            .WithTotalTimeout(s_hour)
            .WithSnapshotEvery(1)
            .Register(
                Stage.Start,
                _ => isMended ? Stage.Work : throw new IOException("not yet"),
                TaskConfig.Minimal
            )
            .RegisterWait(Stage.Work, _approvals.Waiting())
            .AddExitStates(Stage.End, Stage.Stop);
        await using (var engine = await OpenAsync(home))
        {
            engine.Add(workflow);
            var run = await engine.StartAsync(workflow, Stage.Start, Id).Soon();
            Assert.Equal("task_execution", (await Failures.OfAsync(run.Completion().Soon())).Category);
            _time.Advance(s_hour * 2);
            isMended = true;
            await engine.RetryAsync(Id).Soon();
            await Approvals.WaitingAsync(engine).Soon();
        }

        _time.Advance(s_hour - TimeSpan.FromMinutes(1));
        await using var next = await OpenAsync(home);
        next.Add(workflow);
        Assert.Empty(await Engines.ResumedAsync(next).Soon());
        Assert.Equal(RunStatus.Waiting, (await next.FindAsync(Id))!.Status);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(
            "workflow_timeout",
            (await Failures.OfAsync(next.Run(workflow, Id).Completion().Soon())).Category
        );
    }

    private Task<CanoEngine> OpenAsync(EngineHome home) => home.OpenAsync(new() { TimeProvider = _time });

    private static Workflow<Stage> Timed() =>
        Workflow
            .Bare<Stage>()
            .WithName("timed")
            .RegisterTimer(Stage.Start, s_hour, Stage.End)
            .AddExitState(Stage.End);

    private sealed class Owned(Trail trail, TaskCompletionSource down) : IResource
    {
        public ValueTask SetupAsync(CancellationToken cancellationToken)
        {
            trail.Add("up");
            return default;
        }

        public ValueTask TeardownAsync(CancellationToken cancellationToken)
        {
            trail.Add("down");
            down.TrySetResult();
            return default;
        }
    }
}
