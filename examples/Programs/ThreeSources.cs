namespace Cano.Examples.Programs;

/// <summary>Three sources are read in parallel; when all have answered, the answers are added up.</summary>
public static class ThreeSources
{
    private enum State
    {
        Start,
        Aggregate,
        Complete,
    }

    public static async Task RunAsync(TextWriter output)
    {
        var workflow = Workflow
            .Create<State>(new Resources().Insert("store", new MemoryStore()))
            // All: every source must answer, and within five seconds. What a branch returns does not matter,
            // the join says where to go; so a branch leaves its result in the store.
            .RegisterSplit(
                State.Start,
                Enumerable.Range(1, 3).Select(Source),
                JoinConfig.Create(JoinStrategy.All, State.Aggregate).WithTimeout(TimeSpan.FromSeconds(5))
            )
            .Register(
                State.Aggregate,
                context =>
                {
                    var total = Enumerable.Range(1, 3).Sum(id => context.Store.Get<int>($"source_{id}"));
                    context.Store.Put("total", total);
                    output.WriteLine($"{context.SplitResult!.Successes.Count} sources, total {total}");
                    return State.Complete;
                }
            )
            .AddExitState(State.Complete);

        output.WriteLine(await workflow.OrchestrateAsync(State.Start));
    }

    private static ITask<State> Source(int id) =>
        CanoTask.From(
            $"source-{id}",
            async (context, cancellationToken) =>
            {
                await Task.Yield(); // a query, say
                context.Store.Put($"source_{id}", 10 * id);
                return State.Aggregate;
            }
        );
}
