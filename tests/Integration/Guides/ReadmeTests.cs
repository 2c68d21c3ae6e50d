namespace Cano.Integration.Guides;

/// <summary>The program of the README: each of its lines stands here and runs.</summary>
public sealed class ReadmeTests
{
    private enum Order { Reserve, Quote, Pick, Charge, Done }

    [Fact]
    public void The_program_of_the_readme_is_a_file_that_runs_by_itself()
    {
        var program = GuideSnippets.Of("README.md").Single(snippet => snippet.IsProgram);
        Assert.Equal(program.Lines, GuideSnippets.LinesOf("examples/first.cs").Where(line => !line.StartsWith("#:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_program_of_the_readme_runs()
    {
        using var Console = new StringWriter();
        if (Directory.Exists("journal")) Directory.Delete("journal", recursive: true);

        var store = MemoryStore.Durable();                                     // each run has its own, journaled with its rows
        var order = Workflow
            .Create<Order>(new Resources().Insert("store", store))
            .WithName("order")                                                 // ResumeAllAsync finds its runs by it
            .Register(Order.Reserve, async (context, token) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), context.TimeProvider, token);   // a warehouse, given EffectKey
                context.Store.Put("reserved", 2);
                return Order.Quote;
            })
            .RegisterSplit(
                Order.Quote,
                [Supplier("north"), Supplier("south"), Supplier("east")],
                JoinConfig.Create(JoinStrategy.Quorum(2), Order.Pick).WithTimeout(TimeSpan.FromSeconds(5)))
            .RegisterRouter(Order.Pick, context => context.Store.Get<int>("reserved") > 0 ? Order.Charge : Order.Done)
            .Register(Order.Charge, _ => Order.Done, TaskConfig.Default.WithAttemptTimeout(TimeSpan.FromSeconds(2)))
            .AddExitState(Order.Done)
            .WithCheckpoints("journal");

        Console.WriteLine(await order.OrchestrateAsync(Order.Reserve, "order-42"));   // Done
        Console.WriteLine(order.ToMermaid());
        // When a process starts: await order.ResumeAllAsync(16) goes on with every run that was cut short.

        Assert.StartsWith($"Done{Environment.NewLine}stateDiagram-v2", Console.ToString(), StringComparison.Ordinal);
        await FasterCheckpointStore.CloseAsync("journal");
        Directory.Delete("journal", recursive: true);

        static ITask<Order> Supplier(string name) => CanoTask.From(name, (context, token) => new ValueTask<Order>(Order.Pick));
    }
}
