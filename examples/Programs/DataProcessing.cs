namespace Cano.Examples.Programs;

/// <summary>Three processors work on the same numbers at once; their results are added up.</summary>
public static class DataProcessing
{
    private const int Processors = 3;

    private enum State
    {
        Start,
        ParallelProcessing,
        Aggregate,
        Complete,
    }

    public static async Task RunAsync(TextWriter output)
    {
        var store = new MemoryStore();
        var workflow = Workflow
            .Create<State>(new Resources().Insert("store", store))
            .Register(
                State.Start,
                context =>
                {
                    context.Store.Put("numbers", Enumerable.Range(1, 10).ToArray());
                    return State.ParallelProcessing;
                }
            )
            .RegisterSplit(
                State.ParallelProcessing,
                Enumerable.Range(1, Processors).Select(id => new Processor(id)),
                JoinConfig.Create(JoinStrategy.All, State.Aggregate)
            )
            .Register(
                State.Aggregate,
                context =>
                {
                    int Result(int id) => context.Store.Get<int>($"result_{id}");
                    var results = Enumerable.Range(1, Processors).Select(Result).ToList();
                    context.Store.Put("total", results.Sum());
                    output.WriteLine($"{results.Count} processors: {string.Join(", ", results)}");
                    return State.Complete;
                }
            )
            .AddExitState(State.Complete);

        var exit = await workflow.OrchestrateAsync(State.Start);

        // A plain store is shared with whoever made it, so the result can be read after the run.
        output.WriteLine($"{exit}, total {store.Get<int>("total")}");
    }

    private sealed class Processor(int id) : ITask<State>
    {
        // The name is what errors and split results call the branch.
        public string Name => $"processor-{id}";

        public ValueTask<State> RunAsync(TaskContext context, CancellationToken cancellationToken)
        {
            context.Store.Put($"result_{id}", context.Store.Get<int[]>("numbers").Sum(number => number * id));
            return new(State.Aggregate);
        }
    }
}
