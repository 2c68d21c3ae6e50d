using System.Globalization;
using Cano.Reliability.Families;
using Cano.Reliability.Signals;

namespace Cano.Reliability.Rows;

/// <summary>Row 29: parents and children whose processes die at any row of both, and that are suspended,
/// cancelled, retried and forgotten.</summary>
internal static class ChildrenRow
{
    public static ScoreRow Row { get; } =
        new(
            29,
            "children",
            "one child a visit, and no orphan under way",
            QuickCount: 200,
            FullCount: 5_000,
            RunAsync
        );

    private static Task<string> RunAsync(Trials trials) => Histories.RunAsync(() => Run(trials));

    private static string Run(Trials trials)
    {
        var counts = new Counts();
        // Every other one on the embedded journal.
        Histories.Each(
            trials,
            trial => new Family(trials.Chance(trial), isJournaled: trial % 2 > 0, counts).Run()
        );

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{trials.Count:N0} histories, {counts.Of("parents"):N0} parents, {counts.Of("children"):N0} children, {counts.Of("grandchildren"):N0} of them of children; {counts.Of("deaths"):N0} processes died, {counts.Of("died in a call"):N0} of them in a call, {counts.Of("reopenings"):N0} were closed; {counts.Of("ChildEnded"):N0} ends taken, {counts.Of("imposters"):N0} imposters, {counts.Of("cancelled"):N0} cancelled, {counts.Of("begun cancelled"):N0} begun so, {counts.Of("forgotten"):N0} forgotten; 0 begun twice, 0 orphans, 0 lost ends"
        );
    }
}
