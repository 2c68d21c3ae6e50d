namespace Cano.Reliability.Children;

/// <summary>Resumes every run of a journal, as a service does that starts; one of them kills the process.
/// Tells how many work at once whenever that grows, and at its end how many ended of how many.</summary>
internal static class Resumer
{
    public const string Workflow = "errands";

    public const string State = "work";

    /// <summary>How many runs work at once.</summary>
    public const int Places = 16;

    public static async Task<int> RunAsync(string directory, string poison, TextWriter output)
    {
        int working = 0,
            most = 0;
        var gate = new Lock();
        await using var store = await FasterCheckpointStore.OpenAsync(directory);
        var workflow = Cano
            .Workflow.Bare<string>()
            .Register(
                State,
                async (context, token) =>
                {
                    lock (gate)
                    {
                        // Told at once: this process may not live to tell it later.
                        if (++working > most)
                            output.WriteLine(most = working);
                    }

                    // Long enough for others to be under way.
                    await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, token);
                    if (context.RunId == poison)
                        System.Diagnostics.Process.GetCurrentProcess().Kill();
                    lock (gate)
                        working--;
                    return "done";
                },
                TaskConfig.Minimal
            )
            .AddExitState("done")
            .WithName(Workflow)
            .WithCheckpointStore(store);
        var outcomes = await workflow.ResumeAllAsync(Places);
        var ended = outcomes.Values.Count(outcome => outcome == "done");
        await output.WriteLineAsync($"{ended} of {outcomes.Count}");
        return 0;
    }
}
