using System.Runtime.CompilerServices;

namespace Cano.Examples.Programs;

/// <summary>A stream: readings come one by one and are stored in windows of three.</summary>
public static class Streaming
{
    private enum State
    {
        Read,
        Done,
    }

    public static async Task RunAsync(TextWriter output)
    {
        var workflow = Workflow
            .Bare<State>()
            .RegisterStream(State.Read, new Averaging(output))
            .AddExitState(State.Done);

        output.WriteLine(await workflow.OrchestrateAsync(State.Read));
    }

    // Items are strings, outputs doubles, and the cursor counts the lines read.
    private sealed class Averaging(TextWriter output)
        : IStreamTask<State, (int Line, string Text), double, int>
    {
        private static readonly string[] s_lines = ["1", "2", "6", "4", "n/a", "5", "9", "8"];

        public StreamWindow Window => StreamWindow.Count(3);

        public ItemErrorPolicy OnItemError => ItemErrorPolicy.SkipAndContinue;

        // In a journaled run a resume opens the source behind the last window that was flushed.
        public async IAsyncEnumerable<(int Line, string Text)> OpenAsync(
            TaskContext context,
            Cursor<int> cursor,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            for (var line = cursor.Or(0); line < s_lines.Length; line++)
            {
                await Task.Yield(); // a socket, say
                yield return (line, s_lines[line]);
            }
        }

        public ValueTask<(double Output, int Cursor)> ProcessItemAsync(
            TaskContext context,
            (int Line, string Text) item,
            CancellationToken cancellationToken
        ) => new((double.Parse(item.Text), item.Line + 1));

        public ValueTask<WindowOutcome<State>> FlushWindowAsync(
            TaskContext context,
            IReadOnlyList<double> outputs,
            CancellationToken cancellationToken
        )
        {
            output.WriteLine($"{string.Join(", ", outputs)}: average {outputs.Average()}");
            return new(WindowOutcome.Continue);
        }

        public ValueTask<State> OnCloseAsync(
            TaskContext context,
            StreamEnd reason,
            CancellationToken cancellationToken
        )
        {
            output.WriteLine(reason);
            return new(State.Done);
        }
    }
}
