namespace Cano.Integration.Guides;

/// <summary>The snippets of docs/runs.md.</summary>
public sealed class RunsGuideTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_is_started_and_held()
    {
        var directory = _folder.Path;
        var orders = Orders();
        var purchase = new Purchase("ada", 21);
        await using var engine = await CanoEngine.OpenAsync(directory);
        engine.Add(orders);                                       // it has a name

        var run = await engine.StartAsync(orders, Step.Reserve, "order-17", purchase);
        var exit = await run.Completion();                        // or not: the run goes on by itself
        var receipt = await run.OutputAsync<Receipt>();
        Assert.Equal((Step.Done, 21), (exit, receipt.Cents));
    }

    [Fact]
    public async Task Two_versions_stand_side_by_side()
    {
        await using var engine = await CanoEngine.OpenAsync(_folder.Path);
        var (ordersV1, orders) = (Orders(), Orders().WithWorkflowVersion(2));
        engine.Add(orders).Add(ordersV1);                         // both versions stand side by side
        await foreach (var end in engine.ResumeAsync())
            Console.WriteLine(end);
        Assert.Equal(["orders"], engine.WorkflowNames);
    }

    private static Workflow<Step> Orders() =>
        Workflow
            .Bare<Step>()
            .WithName("orders")
            .Register(
                Step.Reserve,
                context =>
                {
                    context.SetOutput(new Receipt(context.Input<Purchase>().Cents));
                    return Step.Done;
                }
            )
            .AddExitState(Step.Done)
            .Accepts<Purchase>()
            .Returns<Receipt>();

    private sealed record Purchase(string Customer, int Cents);

    private sealed record Receipt(int Cents);
}
