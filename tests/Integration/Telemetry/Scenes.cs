using Cano.Integration.Scheduling;
using Cano.Integration.Steps.Waits;
using Cano.Testing;

namespace Cano.Integration.Telemetry;

/// <summary>Runs in which everything that is measured happens.</summary>
internal static class Scenes
{
    private static readonly TaskConfig s_retried = TaskConfig.Minimal.WithFixedRetry(
        1,
        TimeSpan.FromSeconds(1)
    );

    /// <summary>Plays all of them.</summary>
    /// <param name="look">Called while an engine has a journal open.</param>
    public static async Task PlayAsync(Action? look = null)
    {
        foreach (var kind in EveryKind.Names)
            await KindAsync(kind);
        await SagaAsync(isStuck: false);
        await SagaAsync(isStuck: true);
        await SplitAsync();
        await RefusedAsync();
        await RestedAsync();
        await FamilyAsync();
        await PureAsync();
        await CancelledAsync();
        await JournaledAsync(look);
        await BrokenAsync();
        await LimitedAsync();
        await FlowsAsync();
    }

    private static async Task JournaledAsync(Action? look)
    {
        using var home = Engines.Engines.Home("on a journal");
        await using var engine = await home.OpenAsync();
        var gate = new Gate();
        gate.Open();
        var workflow = Engines.Engines.Saga(new Trail(), gate);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "journaled").Soon();
        await run.Completion().Soon();
        look?.Invoke();
    }

    /// <summary>A breaker opens, lets a trial through when its time has come, and closes.</summary>
    private static async Task BrokenAsync()
    {
        var time = new VirtualTime();
        var breaker = new CircuitBreaker(new CircuitPolicy(1, TimeSpan.FromSeconds(1)), time);
        breaker.Acquire().Failure();
        time.Advance(TimeSpan.FromSeconds(1));
        await breaker.ExecuteAsync(_ => new ValueTask<int>(1));
    }

    private static async Task LimitedAsync()
    {
        var time = new VirtualTime();
        var limiter = new RateLimiter(1, TimeSpan.FromSeconds(1), time: time);
        await time.DriveAsync(async () =>
        {
            await limiter.AcquireAsync();
            await limiter.AcquireAsync();
            return true;
        });
    }

    /// <summary>A flow runs well once, and then fails until it trips.</summary>
    private static async Task FlowsAsync()
    {
        var time = new VirtualTime();
        var runs = 0;
        var workflow = Named()
            .Register(
                Stage.Start,
                (_, _) => runs++ > 0 ? throw new IOException() : new(Stage.End),
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End);
        await using var running = await new Scheduler(time)
            .Every("flow", workflow, Stage.Start, TimeSpan.FromMinutes(1))
            .SetBackoff("flow", new BackoffPolicy { TripAfter = 2 })
            .StartAsync();
        for (var count = 1; count <= 3; count++)
        {
            await running.RestAsync("flow", count);
            time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private static async Task KindAsync(string kind)
    {
        var workflow = Named()
            .RegisterKind(kind, (Stage.Start, Stage.End), (_, _) => Task.CompletedTask)
            .AddExitState(Stage.End)
            .WithCheckpointStore(new KeepingStore());
        await workflow.AllowAsync(kind);
        await workflow.OrchestrateAsync(Stage.Start, Waiters.RunId).Soon();
    }

    /// <summary>A step is undone, or is not; what fails behind it is tried twice.</summary>
    private static async Task SagaAsync(bool isStuck)
    {
        var time = new VirtualTime();
        var workflow = Named()
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) => new((Stage.Work, 1)),
                (_, _, _) => isStuck ? throw new IOException() : default
            )
            .Register(Stage.Work, (_, _) => throw new IOException(), s_retried)
            .AddExitState(Stage.End)
            .WithTimeProvider(time);
        await Failures.OfAsync(time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start, "undone")));
    }

    /// <summary>The second branch decides, the first fails, and the third is not needed.</summary>
    private static async Task SplitAsync()
    {
        var isThere = new TaskCompletionSource();
        var failure = new FailureHeard();
        var workflow = Named()
            .RegisterSplit(
                Stage.Start,
                [
                    CanoTask.From<Stage>("fails", (_, _) => throw new IOException(), TaskConfig.Minimal),
                    CanoTask.From<Stage>(
                        "decides",
                        async (_, _) =>
                        {
                            await isThere.Task;
                            await failure.Heard;
                            return Stage.End;
                        }
                    ),
                    CanoTask.From<Stage>(
                        "lingers",
                        async (_, token) =>
                        {
                            isThere.SetResult();
                            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                            return Stage.End;
                        }
                    ),
                ],
                JoinConfig.Create(JoinStrategy.Any, Stage.End)
            )
            .AddExitState(Stage.End)
            .WithObserver(failure);
        await workflow.OrchestrateAsync(Stage.Start).Soon();
    }

    /// <summary>Its run knows of the failure, which is not among those that come after the
    /// verdict.</summary>
    private sealed class FailureHeard : IWorkflowObserver
    {
        private readonly TaskCompletionSource _heard = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public Task Heard => _heard.Task;

        public void OnTaskFailure(RunPoint at, CanoError error) => _heard.TrySetResult();
    }

    private static async Task RefusedAsync()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(1));
        breaker.Acquire().Failure();
        var workflow = Named()
            .Register(Stage.Start, (_, _) => new(Stage.End), TaskConfig.Minimal.WithCircuitBreaker(breaker))
            .AddExitState(Stage.End);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
    }

    /// <summary>A run rests while it works, and another process goes on with it; another one rests while it
    /// waits.</summary>
    private static async Task RestedAsync()
    {
        using var home = Engines.Engines.Home("on a store in memory");
        var gate = new Gate();
        var workflow = Engines.Engines.Saga(new Trail(), gate);
        var waiting = Workflow
            .Bare<Stage>()
            .WithName("scenes-waiting")
            .RegisterWait(Stage.Start, Wait.For<Stage>().On(new Signal("go"), Stage.End))
            .AddExitState(Stage.End);
        await using (var engine = await home.OpenAsync())
        {
            engine.Add(workflow).Add(waiting);
            await engine.StartAsync(waiting, Stage.Start, "waiting").Soon();
            await Engines.Approvals.WaitingAsync(engine, "waiting").Soon();
            await engine.StartAsync(workflow, Stage.Start, "order").Soon();
            await gate.Entered.Soon();
            await engine.SuspendAsync(TimeSpan.Zero).Soon();
        }

        gate.Open();
        await using var next = await home.OpenAsync();
        next.Add(workflow);
        await foreach (var _ in next.ResumeAsync()) { }
    }

    private static async Task FamilyAsync()
    {
        var child = Workflow
            .Bare<Stage>()
            .WithName("scenes-child")
            .Register(Stage.Start, (_, _) => new(Stage.End))
            .AddExitState(Stage.End);
        var parent = Named()
            .RegisterChild(Stage.Start, child, Stage.Start, _ => 1, (_, _) => Stage.End)
            .AddExitState(Stage.End);
        await using var engine = CanoEngine.InMemory();
        engine.Add(parent);
        await (await engine.StartAsync(parent, Stage.Start, "family")).Completion().Soon();
    }

    private static async Task PureAsync()
    {
        var workflow = Named()
            .Register(Stage.Start, (_, _) => new(Stage.End))
            .Pure(Stage.Start)
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);
    }

    private static async Task CancelledAsync()
    {
        using var cancel = new CancellationTokenSource();
        var workflow = Named()
            .Register(
                Stage.Start,
                (_, token) =>
                {
                    cancel.Cancel();
                    token.ThrowIfCancellationRequested();
                    return new(Stage.End);
                }
            )
            .AddExitState(Stage.End);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, cancel.Token));
    }

    private static Workflow<Stage> Named() => Workflow.Bare<Stage>().WithName("scenes");
}
