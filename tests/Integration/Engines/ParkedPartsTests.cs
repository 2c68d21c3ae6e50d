using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>Waits that are a part of something which has a time of its own: nothing of them is kept but what
/// their row tells.</summary>
public sealed class ParkedPartsTests
{
    private const string Id = "order-1";

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "S9"), Trait("ID", "U10")]
    public async Task A_poll_parks_in_its_pauses(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await OpenAsync(home);
        var asked = 0;
        var rests = new Rests(_trail);
        var workflow = rests
            .In(Workflow.Bare<Stage>().WithName("polls"))
            .RegisterPoll(
                Stage.Start,
                (_, _) =>
                {
                    _trail.Add("asks");
                    return new(++asked < 3 ? PollOutcome.Pending(s_hour) : PollOutcome.Ready(Stage.End));
                }
            )
            .AddExitState(Stage.End);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, Id).Soon();
        for (var pause = 1; pause <= 2; pause++)
        {
            await rests.Times(pause).Soon();
            var waiting = await run.DescribeAsync();
            Assert.Equal(
                (RunStatus.Waiting, _time.GetUtcNow() + s_hour),
                (waiting.Status, waiting.Waiting!.Until)
            );
            _time.Advance(s_hour);
        }

        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["up", "asks", "down", "up", "asks", "down", "up", "asks", "down"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "U10"), Trait("ID", "J10")]
    public async Task A_parked_attempt_fails_when_its_time_is_up(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await OpenAsync(home);
        var rests = new Rests(_trail);
        var workflow = rests
            .In(Workflow.Bare<Stage>().WithName("timers"))
            .Register(Stage.Start, new Slow(s_hour * 3, s_hour))
            .AddExitState(Stage.End);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, Id).Soon();
        await rests.Times(1).Soon();
        // A node that has not begun it can tell when to wake it.
        var listed = (await StartTests.ListAsync(engine, RunQuery.All)).Single();
        Assert.Equal(_time.GetUtcNow() + s_hour, listed.Waiting!.Until);
        _time.Advance(s_hour);
        Assert.Equal("timeout", (await Failures.OfAsync(run.Completion()).Soon()).Category);
        Assert.Equal(["up", "down", "up", "down"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "U10"), Trait("ID", "S7")]
    public async Task A_rollback_parks_between_its_tries_and_its_time_goes_on(string kind)
    {
        using var home = Engines.Home(kind);
        var rests = new Rests(_trail);
        await using (var engine = await OpenAsync(home))
        {
            var workflow = Undone(rests);
            engine.Add(workflow);
            await engine.StartAsync(workflow, Stage.Start, Id).Soon();
            await rests.Times(1).Soon();
            _time.Advance(s_hour / 2);
        }

        await using var next = await OpenAsync(home);
        var again = Undone(rests);
        next.Add(again);
        Assert.Empty(await Engines.ResumedAsync(next).Soon());
        Assert.Equal(["up", "undo 1", "down"], _trail.Marks);
        _time.Advance(s_hour / 2);
        await rests.Times(2).Soon();
        _time.Advance(s_hour / 2);
        var error = await Failures.OfAsync(next.Run(again, Id).Completion()).Soon();
        Assert.Contains("compensation deadline elapsed", error.Errors[^1].Message, StringComparison.Ordinal);
        Assert.Equal(RunStatus.RollbackFailed, (await next.FindAsync(Id))!.Status);
        Assert.Equal(["up", "undo 1", "down", "up", "undo 2", "down", "up", "down"], _trail.Marks);
    }

    private Task<CanoEngine> OpenAsync(EngineHome home) => home.OpenAsync(new() { TimeProvider = _time });

    /// <summary>Its compensation fails, is tried every hour, and has 90 minutes for all of it.</summary>
    private Workflow<Stage> Undone(Rests rests) =>
        rests
            .In(Workflow.Bare<Stage>().WithName("sagas"))
            .RegisterWithCompensation(
                Stage.Start,
                (_, _) => ValueTask.FromResult((Stage.Work, "paid")),
                (context, _, _) =>
                {
                    _trail.Add($"undo {context.Attempt}");
                    throw new IOException("bank is closed");
                },
                undo: TaskConfig.Minimal.WithFixedRetry(9, s_hour)
            )
            .Register(Stage.Work, (_, _) => throw new IOException("sold out"), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithCompensationTimeout(s_hour * 1.5);

    /// <summary>Waits for longer than it may.</summary>
    private sealed class Slow(TimeSpan wait, TimeSpan limit) : ITimerTask<Stage>
    {
        public TaskConfig Config => TaskConfig.Minimal.WithAttemptTimeout(limit);

        public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(TimerOutcome.After(wait));

        public ValueTask<Stage> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Stage.End);
    }

    /// <summary>Tells when what a run owns is torn down.</summary>
    private sealed class Rests(Trail trail) : IResource
    {
        private readonly SemaphoreSlim _down = new(0);
        private int _seen;

        public Workflow<Stage> In(Workflow<Stage> workflow) =>
            workflow.WithResources(new Resources().InsertPerRun("owned", () => new Owned(this)));

        /// <summary>It has been for the so many-th time.</summary>
        public async Task Times(int count)
        {
            while (_seen < count)
            {
                await _down.WaitAsync();
                _seen++;
            }
        }

        public ValueTask SetupAsync(CancellationToken cancellationToken)
        {
            trail.Add("up");
            return default;
        }

        public ValueTask TeardownAsync(CancellationToken cancellationToken)
        {
            trail.Add("down");
            _down.Release();
            return default;
        }

        private sealed class Owned(Rests rests) : IResource
        {
            public ValueTask SetupAsync(CancellationToken cancellationToken) =>
                rests.SetupAsync(cancellationToken);

            public ValueTask TeardownAsync(CancellationToken cancellationToken) =>
                rests.TeardownAsync(cancellationToken);
        }
    }
}
