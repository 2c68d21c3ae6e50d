using Cano.Reliability.Scheduling;

namespace Cano.Reliability.Rows;

/// <summary>A process that lives long: what it holds does not become more.</summary>
internal static class LongLifeRow
{
    private const int FullCount = 12_000;

    public static ScoreRow Row { get; } =
        new(
            25,
            "long-life",
            "openings and closings, also under a running scheduler, and missed occurrences leave handles, stack, heap and disk flat",
            QuickCount: 2_000,
            FullCount,
            RunAsync
        );

    // One opening for a hundred and twenty missed occurrences.
    private static async Task<string> RunAsync(Trials trials)
    {
        var openings = Math.Max(8, trials.Count / 120);
        using var directory = new TempDirectory();
        await Trial.RunAsync(trials, 0, "openings", () => OpenAsync(directory.Path, openings));
        using var under = new TempDirectory();
        var disk = await Trial.RunAsync(
            trials,
            1,
            "openings under a scheduler",
            () => new ReopenedFlow(under.Path, openings).RunAsync()
        );
        foreach (var blocks in new[] { true, false })
            await Trial.RunAsync(
                trials,
                2,
                blocks ? "late runs that block" : "late runs that wait",
                () => new LateFlow(trials.Count, blocks).RunAsync()
            );
        return $"{openings:N0} openings and closings, {openings:N0} under a running scheduler, at most {disk / 1024.0:N0} KiB on disk; "
            + $"{trials.Count:N0} late runs that block and as many that wait; handles, stack and heap flat";
    }

    /// <summary>Opens a journal, runs in it, and closes it, again and again.</summary>
    private static async Task OpenAsync(string directory, int openings)
    {
        var workflow = Workflow
            .Bare<string>()
            .Register("work", _ => "done", TaskConfig.Minimal)
            .AddExitState("done")
            .WithCheckpoints(directory);
        var before = default(Holding);
        for (var opening = 0; opening < openings; opening++)
        {
            Broken.Unless(
                await workflow.OrchestrateAsync("work", $"run {opening}") == "done",
                $"opening {opening}: the run went elsewhere"
            );
            await FasterCheckpointStore.CloseAsync(directory);
            if (opening == openings / 4)
                before = Holding.Now();
        }

        Holding.Now().MustBeAs(before, $"{openings} openings");
    }
}
