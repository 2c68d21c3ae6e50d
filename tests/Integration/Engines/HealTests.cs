using Cano.Testing;

namespace Cano.Integration.Engines;

public sealed class HealTests
{
    [Fact]
    [Trait("ID", "S17")]
    public async Task A_run_that_its_store_failed_is_held_and_taken_up_again_by_the_same_engine()
    {
        var time = new VirtualTime();
        var store = new DownStore(new MemoryCheckpointStore(time));
        await using var engine = await CanoEngine.OpenAsync(
            store,
            new CanoEngineOptions { TimeProvider = time }
        );
        var gate = new Gate();
        var trail = new Trail();
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    trail.Add(Stage.Start);
                    await gate.PassAsync(token);
                    return Stage.Work;
                }
            )
            .Register(Stage.Work, trail.Marking(Stage.Work, Stage.End))
            .AddExitState(Stage.End);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await gate.Entered.Soon();
        store.IsDown = true;
        gate.Open();
        await time.WhenWaitingAsync().Soon();
        Assert.Contains("no space", (await run.DescribeAsync()).Held, StringComparison.Ordinal);
        Assert.Single(await StartTests.ListAsync(engine, RunQuery.NeedsAttention));
        store.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["Start", "Start", "Work"], trail.Marks);
        Assert.Null((await run.DescribeAsync()).Held);
    }
}
