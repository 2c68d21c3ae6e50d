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

    private static Task<string> RunAsync(Trials trials) => Histories.RunAsync(() => Run(trials));

    private static string Run(Trials trials)
    {
        var tally = new Tally();
        Histories.Each(
            trials,
            trial => new History(trials.Chance(trial), trial % JournalShare == 0, tally).Run()
        );

        return $"{trials.Count:N0} histories: {tally}";
    }
}
