namespace Cano.Examples.Programs;

/// <summary>A run dies inside a task; resumed by its id, that task runs again and none before it.</summary>
public static class CrashAndResume
{
    private const string RunId = "import-42";

    private enum State
    {
        // The stored name is what the journal holds, so a member may be renamed while runs are under way.
        [StoredAs("start")]
        Start,

        [StoredAs("work")]
        Work,

        [StoredAs("done")]
        Done,
    }

    public static async Task RunAsync(TextWriter output)
    {
        var journal = Directory.CreateTempSubdirectory("cano-");
        try
        {
            // The first process: its power goes off in the middle of the work.
            await using (var store = await FasterCheckpointStore.OpenAsync(journal.FullName))
            {
                var import = Import(output, hasPower: false).WithCheckpointStore(store);
                var died = await import.TryOrchestrateAsync(State.Start, RunId);
                died.IfLeft(error => output.WriteLine($"died in {error.State}: {error.Message}"));
            }

            // The second process opens the same directory and needs nothing but the id.
            await using (var store = await FasterCheckpointStore.OpenAsync(journal.FullName))
            {
                var import = Import(output, hasPower: true).WithCheckpointStore(store);
                output.WriteLine(await import.ResumeFromAsync(RunId));
            }
        }
        finally
        {
            journal.Delete(recursive: true);
        }
    }

    private static Workflow<State> Import(TextWriter output, bool hasPower) =>
        // What a durable store holds is journaled with each row, and is there again after the crash.
        Workflow.Create<State>(new Resources().Insert("store", MemoryStore.Durable()))
            .WithName("import")
            .Register(State.Start, context =>
            {
                output.WriteLine("Start runs");
                context.Store.Put("rows", 1_000);
                return State.Work;
            })
            .Register(
                State.Work,
                context =>
                {
                    // The key is the same in both processes: what the first one sent to the outside under it,
                    // the second one can recognise and need not send again.
                    var rows = context.Store.Get<int>("rows");
                    output.WriteLine($"Work runs on {rows} rows as {context.EffectKey}");
                    return hasPower ? State.Done : throw new IOException("power failure");
                },
                TaskConfig.Minimal)
            .AddExitState(State.Done);
}
