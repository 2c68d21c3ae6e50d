using Cano.Reliability.Journals;

namespace Cano.Reliability.Rows;

/// <summary>The power fails at any moment; of what was in flight any sectors have landed.</summary>
internal static class PowerRow
{
    private const int ImagesPerScript = 50;

    public static ScoreRow Row { get; } =
        new(
            Number: 3,
            Name: "power",
            Claim: "a power failure loses no acknowledged row and leaves no wrong one",
            QuickCount: 5_000,
            FullCount: 20_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var works = new Works(trials, ImagesPerScript, closes: null);
        var (torn, fromIndex) = (0, 0);
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var work = await works.ForAsync(trial);
            var chance = trials.Chance(trial);
            var position = chance.Next(work.Disk.Position + 1);
            var state = work.StateAt(position);
            torn += state.InFlight > 0 ? 1 : 0;
            var image = state.AfterPowerLoss(chance);
            fromIndex += KeptIndex.IsTaken(image) ? 1 : 0;
            await Trial.RunAsync(
                trials,
                trial,
                $"power lost after change {position}",
                () => Inspection.CrashedAsync(image, work.Ledger.At(position))
            );
        }

        return $"{trials.Count:N0} images, {torn:N0} of them with changes in flight, {fromIndex:N0} opened from "
            + "the index of an earlier close: "
            + "0 acknowledged rows lost, 0 wrong rows";
    }
}
