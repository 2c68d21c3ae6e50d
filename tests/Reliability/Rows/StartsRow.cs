using Cano.Reliability.Starts;

namespace Cano.Reliability.Rows;

/// <summary>Random histories of an engine's runs, many of whose deeds are done at once: after each of them
/// the list of runs is what the rules say.</summary>
internal static class StartsRow
{
    /// <summary>One of so many is kept by the embedded journal, the others in memory.</summary>
    private const int JournalShare = 20;

    public static ScoreRow Row { get; } =
        new(
            30,
            "starts",
            "whatever is done to runs at once, each has one worker and one end, and the list of runs tells the truth",
            QuickCount: 300,
            FullCount: 10_000,
            RunAsync
        );

    // On a thread that is none of the pool's, whose rest is awaited.
    private static Task<string> RunAsync(Trials trials)
    {
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                told.SetResult(Run(trials));
            }
            catch (Exception broken)
            {
                told.SetException(broken);
            }
        }).Start();
        return told.Task;
    }

    private static string Run(Trials trials)
    {
        var tally = new Tally();
        for (var trial = 0; trial < trials.Count; trial++)
            try
            {
                new History(trials.Chance(trial), trial % JournalShare == 0, tally).Run();
            }
            catch (Exception failure)
            {
                throw new Broken($"trial {trial}, seed {trials.Seed}: {failure.Message}", failure);
            }

        return $"{trials.Count:N0} histories: {tally}";
    }
}
