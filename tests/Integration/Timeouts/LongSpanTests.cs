using Cano.Testing;

namespace Cano.Integration.Timeouts;

/// <summary>A span longer than a timer of the platform takes is as good as any other.</summary>
public sealed class LongSpanTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromDays(100);

    [Fact]
    [Trait("ID", "J10"), Trait("ID", "Y13")]
    public async Task An_attempt_timeout_may_be_long()
    {
        var config = TaskConfig.Minimal.WithAttemptTimeout(s_long);
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => Stage.End, config)
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
    }

    [Fact]
    [Trait("ID", "K7"), Trait("ID", "Y13")]
    public async Task A_timeout_of_a_split_may_be_long()
    {
        var join = Branches.Joining(JoinStrategy.All).WithTimeout(s_long);
        var workflow = Branches.Split(join, _ => { }, Branches.Succeeding("a"));
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
    }

    [Fact]
    [Trait("ID", "H9"), Trait("ID", "Y13")]
    public async Task A_total_timeout_may_be_long() =>
        Assert.Equal(
            Stage.End,
            await new Trail()
                .Through(Stage.Start, Stage.End)
                .WithTotalTimeout(s_long)
                .OrchestrateAsync(Stage.Start)
        );

    [Fact]
    [Trait("ID", "Y22"), Trait("ID", "Y13")]
    public async Task A_stop_grace_may_be_long()
    {
        using var cancel = new CancellationTokenSource();
        var time = new VirtualTime();
        var gate = new Gate();
        var workflow = OneState.Awaiting(_ => gate.HoldAsync()).WithTimeProvider(time).WithStopGrace(s_long);
        var run = workflow.OrchestrateAsync(Stage.Start, cancel.Token);
        await gate.Entered;
        await cancel.CancelAsync();
        await Task.WhenAny(run, time.WhenWaitingAsync());
        Assert.False(run.IsCompleted);
        gate.Open();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
    }
}
