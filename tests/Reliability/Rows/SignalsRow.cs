using System.Globalization;
using Cano.Reliability.Signals;

namespace Cano.Reliability.Rows;

/// <summary>Row 28: signals come early, late, twice, never and at the very instant at which a wait is over,
/// from several senders at once, and processes die in the call.</summary>
internal static class SignalsRow
{
    public static ScoreRow Row { get; } =
        new(
            28,
            "signals",
            "a signal that was accepted is taken once, in its turn, or lies in the inbox",
            QuickCount: 300,
            FullCount: 10_000,
            RunAsync
        );

    private static Task<string> RunAsync(Trials trials) => Histories.RunAsync(() => Run(trials));

    private static string Run(Trials trials)
    {
        var counts = new Counts();
        // Two of three on the embedded journal.
        Histories.Each(
            trials,
            trial => new Mail(trials.Chance(trial), isJournaled: trial % 3 > 0, counts).Run()
        );

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{trials.Count:N0} histories, {counts.Of("runs"):N0} runs: {counts.Of("sent"):N0} signals sent, {counts.Of("sent again"):N0} of them again, {counts.Of("races"):N0} times several at once; {counts.Of("kills") + counts.Of("power cuts"):N0} processes died, {counts.Of("died in a call"):N0} of them in a call, {counts.Of("reopenings"):N0} were closed; {counts.Of("ok"):N0} accepted, {counts.Of("in doubt"):N0} unanswered, {counts.Of("taken"):N0} taken, {counts.Of("left"):N0} left, {counts.Of("timed out"):N0} waits timed out; 0 lost, 0 doubled, 0 out of turn"
        );
    }
}
