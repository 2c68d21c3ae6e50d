namespace Cano.Examples.Programs;

/// <summary>A thousand small steps with a journaled cursor: the run dies at about 600 and goes on from
/// there.</summary>
public static class SteppedImport
{
    private const string RunId = "import-7";
    private const int Rows = 1_000;

    private enum State
    {
        Import,
        Done,
    }

    public static async Task RunAsync(TextWriter output)
    {
        var directory = Directory.CreateTempSubdirectory("cano-").FullName;
        try
        {
            var died = await Import(directory, new Importing(output, lastRow: 600))
                .TryOrchestrateAsync(State.Import, RunId);
            died.IfLeft(error => output.WriteLine($"died: {error.Message}"));

            // A process that ends closes its journals. Here nothing ends, so it is closed by hand.
            await FasterCheckpointStore.CloseAsync(directory);

            var importing = new Importing(output, Rows);
            output.WriteLine(await Import(directory, importing).ResumeFromAsync(RunId));
            output.WriteLine($"{importing.StepCount} steps were left to the second run");
            await FasterCheckpointStore.CloseAsync(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Workflow<State> Import(string directory, Importing importing) =>
        Workflow
            .Bare<State>()
            .WithName("stepped-import")
            .RegisterStepped(State.Import, importing)
            .AddExitState(State.Done)
            .WithCheckpoints(directory);

    /// <summary>Imports row by row; the cursor is how many rows are in.</summary>
    private sealed class Importing(TextWriter output, int lastRow) : ISteppedTask<State, int>
    {
        // Retries are those of a single step, never of the whole import. None here: a dead process does not
        // retry.
        public TaskConfig Config => TaskConfig.Minimal;

        public int StepCount { get; private set; }

        public ValueTask<StepOutcome<int, State>> StepAsync(
            TaskContext context,
            Cursor<int> cursor,
            CancellationToken cancellationToken
        )
        {
            // There is no cursor on a fresh start, and the last durable one after a crash.
            var done = cursor.Or(0);
            if (StepCount == 0)
                output.WriteLine(cursor.HasValue ? $"goes on at row {done}" : "starts");
            if (done == Rows)
                return new(StepOutcome.Done(State.Done));
            if (done == lastRow)
                throw new IOException($"power failure at row {done}");
            StepCount++;
            return new(StepOutcome.More(done + 1));
        }
    }
}
