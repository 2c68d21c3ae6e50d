using Cano.Testing;

namespace Cano.Integration.Checkpoints;

/// <summary>What is kept beside runs is out of reach of users' runs, and who works on a run is told by its
/// store.</summary>
public sealed class ListedRunTests
{
    private readonly MemoryCheckpointStore _store = new();
    private readonly Gate _gate = new();

    [Fact]
    [Trait("ID", "S11")]
    public async Task A_run_does_not_begin_under_the_id_of_a_watermark()
    {
        var workflow = OneState.Awaiting(_ => Task.CompletedTask).WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "nightly/watermark"));
        Assert.Contains("kept for the watermark of a schedule", error.Message, StringComparison.Ordinal);
        Assert.Empty(await _store.LoadRunAsync("nightly/watermark"));
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start, "watermark"));
    }

    [Fact]
    [Trait("ID", "S11")]
    public async Task A_run_is_worked_on_until_its_process_lets_go_of_it()
    {
        using var stop = new CancellationTokenSource();
        var workflow = OneState.Awaiting(_gate.PassAsync).WithCheckpointStore(_store);
        var run = workflow.OrchestrateAsync(Stage.Start, "run", stop.Token);
        await _gate.Entered.Soon();
        Assert.Equal(RunStatus.Running, (await _store.FindAsync("run"))!.Status);

        await stop.CancelAsync();
        await Failures.OfAsync(run);
        Assert.Equal(RunStatus.Suspended, (await _store.FindAsync("run"))!.Status);

        _gate.Open();
        Assert.Equal(Stage.End, await workflow.WithRetention(Retention.Keep).ResumeFromAsync("run"));
        Assert.Equal(RunStatus.Completed, (await _store.FindAsync("run"))!.Status);
    }

    [Fact]
    [Trait("ID", "S11")]
    public async Task A_run_waits_whether_or_not_somebody_watches_it()
    {
        var time = new VirtualTime();
        using var stop = new CancellationTokenSource();
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterTimer(Stage.Start, TimeSpan.FromHours(1), Stage.End)
            .AddExitState(Stage.End)
            .WithTimeProvider(time)
            .WithCheckpointStore(_store);
        var begun = time.GetUtcNow();
        var run = workflow.OrchestrateAsync(Stage.Start, "run", stop.Token);
        await time.WhenWaitingAsync();
        var watched = await _store.FindAsync("run");
        Assert.Equal(RunStatus.Waiting, watched!.Status);
        Assert.Equal((begun, begun.AddHours(1)), (watched.StartedAt, watched.WakesAt));

        await stop.CancelAsync();
        await Failures.OfAsync(run);
        Assert.Equal(watched, await _store.FindAsync("run"));
    }
}
