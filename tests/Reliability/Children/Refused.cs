using Cano.Reliability.Refusing;

namespace Cano.Reliability.Children;

/// <summary>Writes journals whose flushes the system refuses, one a trial; tells what became of
/// each.</summary>
internal static class Refused
{
    /// <summary>Begins the line of a trial that broke the claim.</summary>
    public const string Wrong = "wrong ";

    public static async Task<int> RunAsync(int from, int until, int seed, TextWriter output)
    {
        if (Refuser.TryStart(out var why) is not { } refuser)
        {
            await output.WriteLineAsync(Refuser.Unavailable + why);
            return 0;
        }

        var trials = new Trials(until, seed);
        for (var trial = from; trial < until; trial++)
        {
            using var directory = new TempDirectory();
            try
            {
                var journal = Path.Combine(directory.Path, "journal");
                await output.WriteLineAsync(
                    await RefusedFlush.TryAsync(refuser, journal, trials.Chance(trial))
                );
            }
            catch (Exception failure)
            {
                await output.WriteLineAsync(
                    $"{Wrong}trial {trial}, seed {seed}: {failure.Message}".ReplaceLineEndings(" ")
                );
                return 0;
            }
        }

        return 0;
    }
}
