namespace Cano.Examples.Programs;

/// <summary>A batch: items are processed a few at a time, and one bad item does not fail the
/// others.</summary>
public static class Batching
{
    private enum State
    {
        Resize,
        Done,
        Incomplete,
    }

    public static async Task RunAsync(TextWriter output)
    {
        var workflow = Workflow
            .Bare<State>()
            .Register(State.Resize, new Resizing(output))
            .AddExitStates(State.Done, State.Incomplete);

        output.WriteLine(await workflow.OrchestrateAsync(State.Resize));
    }

    private sealed class Resizing(TextWriter output) : IBatchTask<State, string, int>
    {
        public int Concurrency => 2;

        // An item is repeated by itself; the batch goes on meanwhile.
        public RetryMode ItemRetry => RetryMode.Fixed(1, TimeSpan.FromMilliseconds(5));

        public ValueTask<IReadOnlyList<string>> LoadAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new(["cat.png", "notes.txt", "house.png"]);

        public ValueTask<int> ProcessItemAsync(
            TaskContext context,
            string item,
            CancellationToken cancellationToken
        ) =>
            item.EndsWith(".png", StringComparison.Ordinal)
                ? new(item.Length * 100)
                : throw new FormatException($"{item} is no picture");

        // One result for each item, in the order of the items, whichever was done first.
        public ValueTask<State> FinishAsync(
            TaskContext context,
            IReadOnlyList<ItemResult<int>> results,
            CancellationToken cancellationToken
        )
        {
            foreach (var result in results)
                output.WriteLine(
                    $"{result.Index}: {(result.IsSuccess ? $"{result.Value} bytes" : result.Error!.Message)}"
                );
            return new(results.All(result => result.IsSuccess) ? State.Done : State.Incomplete);
        }
    }
}
