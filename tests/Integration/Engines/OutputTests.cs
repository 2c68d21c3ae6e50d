namespace Cano.Integration.Engines;

public sealed class OutputTests
{
    private readonly Trail _trail = new();

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "T5"), Trait("ID", "S7")]
    public async Task A_completed_step_before_an_exit_without_output_is_not_run_again_only_the_exit_is_asked(
        string kind
    )
    {
        using var home = Engines.Home(kind);
        await using (var engine = await home.OpenAsync())
        {
            var workflow = Paying().Returns<int>();
            engine.Add(workflow);
            var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
            Assert.Equal("output_missing", (await Failures.OfAsync(run.Completion().Soon())).Category);
            Assert.Equal(RunStatus.Failed, (await run.DescribeAsync()).Status);
            await engine.RetryAsync("order-1").Soon();
            Assert.Equal("output_missing", (await Failures.OfAsync(run.Completion().Soon())).Category);
        }

        Assert.Equal(["pay"], _trail.Marks);
        await using var next = await home.OpenAsync();
        var mended = Paying();
        var again = next.Add(mended).Run(mended, "order-1");
        await next.RetryAsync("order-1").Soon();
        Assert.Equal(Stage.End, await again.Completion().Soon());
        Assert.Equal(["pay"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "T5"), Trait("ID", "S5")]
    public async Task A_run_that_failed_for_want_of_its_output_is_undone_by_a_cancel(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var workflow = Paying().Returns<int>();
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await Failures.OfAsync(run.Completion().Soon());
        await run.CancelAsync().Soon();
        while ((await run.DescribeAsync()).Status != RunStatus.Cancelled)
            await Task.Yield();
        Assert.Equal(["pay", "undo pay"], _trail.Marks);
    }

    /// <summary>One compensatable step, straight to the exit.</summary>
    private Workflow<Stage> Paying() =>
        Workflow
            .Bare<Stage>()
            .WithName("orders")
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) =>
                {
                    _trail.Add("pay");
                    return new((Stage.End, 100));
                },
                (_, _, _) =>
                {
                    _trail.Add("undo pay");
                    return default;
                }
            )
            .AddExitState(Stage.End);
}
