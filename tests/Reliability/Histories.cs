namespace Cano.Reliability;

/// <summary>Trials that wait for their runs where they stand.</summary>
internal static class Histories
{
    /// <summary>On a thread that is none of the pool's, whose rest is awaited.</summary>
    public static Task<string> RunAsync(Func<string> run)
    {
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                told.SetResult(run());
            }
            catch (Exception broken)
            {
                told.SetException(broken);
            }
        }).Start();
        return told.Task;
    }

    /// <summary>One after another. What fails says in which.</summary>
    public static void Each(Trials trials, Action<int> run)
    {
        for (var trial = 0; trial < trials.Count; trial++)
            try
            {
                run(trial);
            }
            catch (Exception failure)
            {
                throw new Broken($"trial {trial}, seed {trials.Seed}: {failure.Message}", failure);
            }
    }
}
