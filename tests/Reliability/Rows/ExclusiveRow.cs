using Cano.Reliability.Children;

namespace Cano.Reliability.Rows;

/// <summary>One opener at a time: a second one is refused in the same process and in another, and let in at
/// once when the first was killed.</summary>
internal static class ExclusiveRow
{
    public static ScoreRow Row { get; } =
        new(
            17,
            "exclusive",
            "a second opener is refused until the first is gone, killed or not",
            5,
            200,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        using var directory = new TempDirectory();
        for (var trial = 0; trial < trials.Count; trial++)
        {
            using (var first = Child.Start("hold", directory.Path))
            {
                var said = await first.ReadLineAsync();
                Broken.Unless(said == Holder.Opened, $"trial {trial}: the first opener was told: {said}");
                await RefusedAsync(directory.Path, trial, "while another process has it open");
                await first.KillAsync();
            }

            await using var store = await FasterCheckpointStore.OpenAsync(directory.Path);
            await RefusedAsync(directory.Path, trial, "while this process has it open");
            using var other = Child.Start("hold", directory.Path);
            var told = await other.ReadLineAsync();
            Broken.Unless(
                told?.StartsWith("checkpoint_store: ", StringComparison.Ordinal) == true,
                $"trial {trial}: another process was told: {told}"
            );
        }

        return $"{trials.Count * 3:N0} second openers refused, {trials.Count:N0} let in after a kill";
    }

    private static async Task RefusedAsync(string directory, int trial, string when)
    {
        try
        {
            await using var store = await FasterCheckpointStore.OpenAsync(directory);
        }
        catch (CanoException refused) when (refused.Error.Category == "checkpoint_store")
        {
            return;
        }

        throw new Broken($"trial {trial}: a second opener was let in {when}");
    }
}
