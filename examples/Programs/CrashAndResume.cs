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
        var directory = Directory.CreateTempSubdirectory("cano-").FullName;
        // What the world outside has seen survives every process.
        var world = new HashSet<string>();
        try
        {
            // The first process: its power goes off in the middle of the work.
            var died = await Import(output, directory, world, hasPower: false)
                .TryOrchestrateAsync(State.Start, RunId);
            died.IfLeft(error => output.WriteLine($"died in {error.State}: {error.Message}"));

            // A process that ends closes its journals. Here nothing ends, so it is closed by hand.
            await FasterCheckpointStore.CloseAsync(directory);

            // The second process names the same directory and needs nothing but the id.
            output.WriteLine(await Import(output, directory, world, hasPower: true).ResumeFromAsync(RunId));
            await FasterCheckpointStore.CloseAsync(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Workflow<State> Import(
        TextWriter output,
        string directory,
        HashSet<string> world,
        bool hasPower
    ) =>
        // What a durable store holds is journaled with each row, and is there again after the crash.
        Workflow
            .Create<State>(new Resources().Insert("store", MemoryStore.Durable()))
            .WithName("import")
            .Register(
                State.Start,
                context =>
                {
                    output.WriteLine("Start runs");
                    context.Store.Put("rows", 1_000);
                    return State.Work;
                }
            )
            .Register(
                State.Work,
                context =>
                {
                    // The key is the same in both processes: what the first one sent to the outside under it,
                    // the second one can recognise and need not send again.
                    var rows = context.Store.Get<int>("rows");
                    output.WriteLine(
                        $"Work runs on {rows} rows under {(world.Add(context.EffectKey) ? "a new" : "the same")} key"
                    );
                    return hasPower ? State.Done : throw new IOException("power failure");
                },
                TaskConfig.Minimal
            )
            .AddExitState(State.Done)
            .WithCheckpoints(directory);
}
