namespace Cano.Reliability;

/// <summary>Runs one trial, so that whatever breaks in it says how to run it again.</summary>
internal static class Trial
{
    /// <param name="trials">For the seed.</param>
    /// <param name="trial">Its number.</param>
    /// <param name="what">What is tried, for people.</param>
    /// <param name="run">Tries it.</param>
    public static async Task RunAsync(Trials trials, int trial, string what, Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception failure)
        {
            throw new Broken($"trial {trial}, seed {trials.Seed}, {what}: {failure.Message}", failure);
        }
    }
}
