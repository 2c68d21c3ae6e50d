using Cano.Reliability.Lives;
using Cano.Reliability.Scheduling;

namespace Cano.Reliability.Rows;

/// <summary>A process that lives long: what it holds does not become more, and its end is its own.</summary>
internal static class LongLifeRow
{
    private const int FullCount = 12_000;

    public static ScoreRow Row { get; } =
        new(
            25,
            "long-life",
            "openings, late runs, snapshots at the limit and failed reads leave handles, stack, heap and "
                + "disk flat, and a full disk leaves a program its exit code",
            QuickCount: 2_000,
            FullCount,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var figures = new List<string>
        {
            await OpenAsync(trials),
            await ComeLateAsync(trials),
            await GrowAsync(trials),
            await MissReadsAsync(trials),
            await LeaveAsync(trials),
        };
        return string.Join("; ", figures);
    }

    /// <summary>One opening for a hundred and twenty missed occurrences.</summary>
    private static async Task<string> OpenAsync(Trials trials)
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
        return $"{openings:N0} openings and closings, {openings:N0} under a running scheduler, at most "
            + $"{disk >> 10:N0} KiB on disk";
    }

    private static async Task<string> ComeLateAsync(Trials trials)
    {
        foreach (var blocks in new[] { true, false })
            await Trial.RunAsync(
                trials,
                2,
                blocks ? "late runs that block" : "late runs that wait",
                () => new LateFlow(trials.Count, blocks).RunAsync()
            );
        return $"{trials.Count:N0} late runs that block and as many that wait: handles, stack and heap flat";
    }

    private static async Task<string> GrowAsync(Trials trials)
    {
        var count = Math.Max(2, trials.Count / 1_000);
        var (disk, heap, before) = (0L, 0L, default(Holding));
        for (var trial = 0; trial < count; trial++)
        {
            using var directory = new TempDirectory();
            var (isAbove, hasData) = (trial % 2 == 1, trial / 2 % 2 == 0);
            var run = new LargestSnapshot(directory.Path, isAbove, hasData, trials.Chance(trial));
            var taken = await Trial.RunAsync(trials, trial, "the largest snapshot", run.RunAsync);
            (disk, heap) = (Math.Max(disk, taken.Disk), Math.Max(heap, taken.Heap));
            if (trial == 0)
                before = Holding.Now();
        }

        // Buffers of some MiB, a few for each thread; what a run keeps is more than this.
        await Holding.MustBeAsAsync(before, $"{count} runs with the largest snapshots", pooled: 48L << 20);
        return $"{count:N0} runs with snapshots at the limit, cut off twice and ended: at most "
            + $"{disk >> 20:N0} MiB on disk, {heap >> 20:N0} MiB of heap";
    }

    private static async Task<string> MissReadsAsync(Trials trials)
    {
        var rounds = Math.Max(8, trials.Count / 120);
        using var directory = new TempDirectory();
        var disk = await Trial.RunAsync(
            trials,
            3,
            "segments that cannot be read",
            () => new UnreadSegment(directory.Path, rounds).RunAsync()
        );
        return $"{rounds:N0} segments that could not be read and came free later, 0 rows lost, at most "
            + $"{disk >> 10:N0} KiB on disk";
    }

    private static async Task<string> LeaveAsync(Trials trials)
    {
        // What refuses calls of a process, and the signal that ends one, are Linux's.
        var count = Math.Max(6, trials.Count / 500);
        for (var trial = 0; trial < count; trial++)
        {
            using var directory = new TempDirectory();
            var number = trial;
            var why = await Trial.RunAsync(
                trials,
                trial,
                "a full disk at the end",
                () => FullExit.TryAsync(directory.Path, number)
            );
            if (why is not null)
                return $"SKIPPED ends on a full disk: {why}";
        }

        return $"{count:N0} processes that ended on a full disk: the exit code their own, "
            + "0 acknowledged rows lost";
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

        await Holding.MustBeAsAsync(before, $"{openings} openings");
    }
}
