namespace Cano.Examples.Programs;

/// <summary>A task in three steps: prepare reads, execute works, post stores and chooses the next
/// state.</summary>
public static class ProcessorNode
{
    private enum State
    {
        Process,
        Complete,
    }

    public static async Task RunAsync(TextWriter output)
    {
        foreach (var input in (string?[])["  Hello, nodes  ", null])
        {
            var store = new MemoryStore();
            if (input is not null)
                store.Put("input", input);
            var workflow = Workflow
                .Create<State>(new Resources().Insert("store", store))
                .Register(State.Process, new Processor())
                .AddExitState(State.Complete);

            var exit = await workflow.OrchestrateAsync(State.Process);
            output.WriteLine($"{exit}: \"{store.Get<string>("result")}\"");
        }
    }

    // The type arguments say what goes from step to step: prepare gives a string, execute makes another.
    private sealed class Processor : INode<State, string, string>
    {
        public ValueTask<string> PrepAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(context.Store.GetOr("input", ""));

        // The work sees no context, only what was prepared: so it can be tested by itself.
        public ValueTask<string> ExecAsync(string prep, CancellationToken cancellationToken) =>
            new(prep.Trim().ToUpperInvariant());

        public ValueTask<State> PostAsync(
            TaskContext context,
            string exec,
            CancellationToken cancellationToken
        )
        {
            context.Store.Put("result", exec);
            return new(State.Complete);
        }
    }
}
