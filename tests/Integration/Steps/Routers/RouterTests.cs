namespace Cano.Integration.Steps.Routers;

public sealed class RouterTests
{
    [Theory]
    [Trait("ID", "L1")]
    [InlineData(true, Stage.Work)]
    [InlineData(false, Stage.Next)]
    public async Task A_router_chooses_the_next_state(bool choice, Stage chosen)
    {
        var trail = new Trail();
        var workflow = trail
            .Through(Stage.Work, Stage.End)
            .Register(Stage.Next, trail.Marking(Stage.Next, Stage.End))
            .RegisterRouter(Stage.Start, _ => choice ? Stage.Work : Stage.Next);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal([$"{chosen}"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "L1")]
    public async Task A_router_class_routes()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterRouter(Stage.Start, new ToEnd())
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(nameof(ToEnd), workflow.Definition.States[0].Task);
    }

    [Fact]
    [Trait("ID", "L1"), Trait("ID", "J1")]
    public async Task A_router_has_the_default_retries()
    {
        var time = new Cano.Testing.VirtualTime();
        var calls = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterRouter(Stage.Start, _ => ++calls > 0 ? throw new IOException("no map") : Stage.End)
            .AddExitState(Stage.End)
            .WithTimeProvider(time);
        var error = await Failures.OfAsync(time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal(4, calls);
        Assert.Equal("retry_exhausted", error.Category);
    }

    [Fact]
    [Trait("ID", "D4"), Trait("ID", "C6")]
    public async Task A_router_stands_in_the_path_but_not_in_the_journal()
    {
        var store = new KeepingStore();
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => Stage.Work)
            .RegisterRouter(Stage.Work, _ => Stage.Next)
            .Register(Stage.Next, _ => throw new IOException(), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithCheckpointStore(store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(["Start", "Work", "Next"], error.Path);
        Assert.Equal(["StateEntered Start", "StateEntered Next", "Failed Next"], store.Story);
        Assert.Equal([0, 1, 2], store.Rows.Select(row => row.Sequence));
        Assert.Equal([0, 2, 2], store.Rows.Select(row => row.Visit));
    }

    private sealed class ToEnd : IRouterTask<Stage>
    {
        public ValueTask<Stage> RouteAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Stage.End);
    }
}
