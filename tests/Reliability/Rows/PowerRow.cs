using Cano.Reliability.Journals;

namespace Cano.Reliability.Rows;

/// <summary>The power fails at any moment; of what was in flight any sectors have landed.</summary>
internal static class PowerRow
{
    /// <summary>Images taken of one writer's work.</summary>
    private const int ImagesPerScript = 50;

    private const int DeedsPerScript = 40;

    public static ScoreRow Row { get; } =
        new(
            Number: 3,
            Name: "power",
            Claim: "a power failure loses no acknowledged row and leaves no wrong one",
            QuickCount: 2_000,
            FullCount: 20_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var torn = 0;
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var chance = trials.Chance(trial - (trial % ImagesPerScript));
            var work = await Work.DoneAsync(Script.Draw(chance, DeedsPerScript), chance.Next(2) == 0);
            for (var end = Math.Min(trials.Count, trial + ImagesPerScript); trial < end; trial++)
            {
                var pick = trials.Chance(trial);
                var position = pick.Next(work.Disk.Position + 1);
                await Trial.RunAsync(trials, trial, $"power lost after change {position}", async () =>
                {
                    var image = work.StateAt(position).AfterPowerLoss(pick);
                    await Inspection.CrashedAsync(image, work.Ledger.At(position));
                });
            }

            trial--;
        }

        return $"{trials.Count:N0} images, {torn:N0} torn, 0 acknowledged rows lost, 0 wrong rows";
    }
}
