namespace Cano.Reliability;

/// <summary>Runs one trial, so that whatever breaks in it says how to run it again, and a hang breaks
/// it.</summary>
internal static class Trial
{
    /// <summary>A trial takes milliseconds; one that takes this long waits for something that never
    /// comes.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    /// <param name="trials">For the seed.</param>
    /// <param name="trial">Its number.</param>
    /// <param name="what">What is tried, for people.</param>
    /// <param name="run">Tries it.</param>
    public static Task RunAsync(Trials trials, int trial, string what, Func<Task> run) =>
        RunAsync(
            trials,
            trial,
            what,
            async () =>
            {
                await run();
                return true;
            }
        );

    /// <returns>What the trial tells.</returns>
    /// <inheritdoc cref="RunAsync(Trials, int, string, Func{Task})"/>
    public static async Task<T> RunAsync<T>(Trials trials, int trial, string what, Func<Task<T>> run)
    {
        try
        {
            return await Task.Run(run).WaitAsync(Hang);
        }
        catch (Exception failure)
        {
            throw new Broken($"trial {trial}, seed {trials.Seed}, {what}: {failure.Message}", failure);
        }
    }
}
