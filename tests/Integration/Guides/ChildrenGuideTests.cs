namespace Cano.Integration.Guides;

/// <summary>The snippets of docs/children.md.</summary>
public sealed class ChildrenGuideTests
{
    private enum Step { Pay, Gather, Done, Refused }

    private enum Payment { Charge, Paid, Declined }

    private enum Region { Count, Counted }

    private sealed record Bill(string Order, decimal Amount);

    private static readonly Workflow<Payment> payment = Workflow.Bare<Payment>()
        .WithName("payment")
        .Accepts<Bill>()
        .Register(Payment.Charge, context => context.Input<Bill>().Amount > 100m ? Payment.Declined : Payment.Paid)
        .AddExitStates(Payment.Paid, Payment.Declined);

    private static readonly Workflow<Region> region = Workflow.Bare<Region>()
        .WithName("region")
        .Register(Region.Count, context =>
        {
            context.SetOutput(context.Input<string>().Length);
            return Region.Counted;
        })
        .AddExitState(Region.Counted);

    [Fact]
    [Trait("ID", "V1"), Trait("ID", "V3")]
    public async Task A_state_starts_a_run_and_goes_on_with_its_end()
    {
        await using var engine = CanoEngine.InMemory();
        var order = Workflow.Bare<Step>()
            .WithName("order")
            .RegisterChild(
                Step.Pay,
                payment,                                   // a Workflow<Payment>, with a name
                Payment.Charge,                            // where it begins
                context => new Bill(context.RunId, 120m),  // what it is given
                (context, end) => end.Exit == Payment.Paid ? Step.Done : Step.Refused,
                to: [Step.Done, Step.Refused])
            .AddExitStates(Step.Done, Step.Refused);

        engine.Add(order);                                 // and with it the workflows of its children
        var run = await engine.StartAsync(order, Step.Pay, "order-7");

        Assert.Equal(Step.Refused, await run.Completion().Soon());
        Assert.Equal("order-7", (await engine.FindAsync("order-7/0"))!.ParentRunId);
    }

    [Fact]
    [Trait("ID", "V6")]
    public async Task A_state_starts_a_run_for_each_item()
    {
        await using var engine = CanoEngine.InMemory();
        var report = Workflow.Bare<Step>()
            .WithName("report")
            .RegisterChildren(
                Step.Gather,
                _ => new[] { "north", "south", "west" },
                region,
                Region.Count,
                JoinStrategy.All,
                (context, ends) =>
                {
                    context.SetOutput(ends.Sum(end => end.Output<int>()));
                    return Step.Done;
                },
                new SplitConfig { Bulkhead = 2 })
            .AddExitState(Step.Done);

        var run = await engine.Add(report).StartAsync(report, Step.Gather, "report-1");

        Assert.Equal(Step.Done, await run.Completion().Soon());
        Assert.Equal(14, await run.OutputAsync<int>());
        Assert.NotNull(await engine.FindAsync("report-1/0/2"));
    }

    [Fact]
    [Trait("ID", "V6")]
    public async Task A_state_starts_runs_of_several_workflows()
    {
        await using var engine = CanoEngine.InMemory();
        var shop = Workflow.Bare<Step>()
            .WithName("shop")
            .RegisterChildren(
                Step.Gather,
                [
                    ChildRun.Of("payment", payment, Payment.Charge, context => new Bill(context.RunId, 80m)),
                    ChildRun.Of("stock", region, Region.Count, _ => "south"),
                ],
                JoinStrategy.All,
                (_, ends) => ends.Of<Payment>("payment").Exit == Payment.Paid ? Step.Done : Step.Refused)
            .AddExitStates(Step.Done, Step.Refused);

        var run = await engine.Add(shop).StartAsync(shop, Step.Gather, "order-7");

        Assert.Equal(Step.Done, await run.Completion().Soon());
        Assert.NotNull(await engine.FindAsync("order-7/0/stock"));
    }
}
