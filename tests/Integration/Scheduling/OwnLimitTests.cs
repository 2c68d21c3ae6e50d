namespace Cano.Integration.Scheduling;

/// <summary>Runs that end as cancelled though nobody cancelled them from here.</summary>
public sealed class OwnLimitTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);

    private readonly Bench _bench = new();
    private readonly MemoryCheckpointStore _store = new();

    [Fact]
    [Trait("ID", "F46")]
    public async Task An_instance_that_a_limit_of_its_own_cancelled_fails_its_flow()
    {
        var logger = new KeepingLogger();
        var work = Limited().WithCheckpointStore(_store).WithLogger(logger);
        var many = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstance("limited", work, Stage.Start)
            .AddInstance("good", _bench.Marking().WithCheckpointStore(_store), Stage.Start);
        await using var running = await _bench.Scheduler.Every("many", many, s_interval).StartAsync();
        var info = await running.RestAsync("many", 1);
        Assert.Equal((FlowStatus.Backoff, "cancelled"), (info.Status, info.LastError?.Category));
        Assert.Equal((1, 1), (info.CompletedInstances, info.FailedInstances));
        // Its rows are there, and the occurrence is not over.
        Assert.NotEmpty(await _store.LoadRunAsync("many/2026-03-01T00:00:30.0000000Z/limited"));
        var mark = Assert.Single(await _store.LoadRunAsync("many/watermark"));
        Assert.StartsWith(
            "none ",
            System.Text.Encoding.UTF8.GetString(mark.Payload!.Value.Span),
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("ID", "F46")]
    public async Task A_run_that_a_limit_of_its_own_cancelled_is_told_in_the_log()
    {
        var logger = new KeepingLogger();
        await using var running = await _bench
            .Scheduler.Every("flow", Limited().WithLogger(logger), Stage.Start, s_interval)
            .StartAsync();
        Assert.Equal(FlowStatus.Backoff, (await running.RestAsync("flow", 1)).Status);
        Assert.Contains("cancelled", Assert.Single(logger.Warnings), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Trait("ID", "F46")]
    public async Task An_instance_that_a_limit_of_its_own_cancelled_counts_as_failed()
    {
        var results = await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstance("limited", Limited(), Stage.Start)
            .OrchestrateAsync();
        Assert.Equal((0, 1, 0), (results.Completed, results.Failed, results.Cancelled));
    }

    /// <summary>A body that runs another workflow, and gives it no time.</summary>
    private Workflow<Stage> Limited() =>
        Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                async (_, _) =>
                    await _bench.Marking().OrchestrateAsync(Stage.Start, new CancellationToken(true)),
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_bench.Time);
}
