using Cano.Reliability.Refusing;

namespace Cano.Reliability.Rows;

/// <summary>The lock of an open journal, or its whole directory, is lost.</summary>
internal static class NoLockRow
{
    public static ScoreRow Row { get; } =
        new(
            23,
            "no-lock",
            "without a lock there are never two writers, and nothing is acknowledged that nobody finds",
            LockTrials.All.Count,
            200,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        // What a lock is, and which files can be moved while they are open, is Unix's.
        if (OperatingSystem.IsWindows())
            return "SKIPPED: open files stay in their place here";

        var (tried, unavailable) = (0, default(string));
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var (what, tryAsync) = LockTrials.All[trial % LockTrials.All.Count];
            var chance = trials.Chance(trial);
            using var directory = new TempDirectory();
            var journal = Path.Combine(directory.Path, "journal");
            var why = await Trial.RunAsync(
                trials,
                trial,
                what,
                () => WhyNotAsync(() => tryAsync(journal, chance))
            );
            tried += why is null ? 1 : 0;
            unavailable ??= why;
        }

        var skipped = unavailable is null ? "" : $"; {trials.Count - tried:N0} SKIPPED: {unavailable}";
        return $"{tried:N0} locks and directories lost in {LockTrials.All.Count} ways: never two writers, "
            + $"0 acknowledged rows lost{skipped}";
    }

    /// <summary>Why a trial cannot be made here; null when it was.</summary>
    private static async Task<string?> WhyNotAsync(Func<Task> tryAsync)
    {
        try
        {
            await tryAsync();
            return null;
        }
        catch (UnavailableException unavailable)
        {
            return unavailable.Message;
        }
    }
}
