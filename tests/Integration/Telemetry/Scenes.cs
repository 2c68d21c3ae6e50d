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

    public static async Task PlayAsync()
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
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start).Soon();
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

    /// <summary>A run rests while it waits, and another process goes on with it.</summary>
    private static async Task RestedAsync()
    {
        using var home = Engines.Engines.Home("on a store in memory");
        var gate = new Gate();
        var workflow = Engines.Engines.Saga(new Trail(), gate);
        await using (var engine = await home.OpenAsync())
        {
            engine.Add(workflow);
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
