namespace Cano.Reliability.Starts;

/// <summary>Tells when the thread pool has nothing left to do: what follows from a step has happened then.
/// Only for a thread that is none of the pool's, in a process where nothing else is at work.</summary>
internal static class QuietPool
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <param name="isAtRest">Whether nothing is under way elsewhere that comes to the pool.</param>
    public static void Await(Func<bool> isAtRest)
    {
        if (IsQuiet(isAtRest))
            return;
        var since = TimeProvider.System.GetTimestamp();
        var spin = new SpinWait();
        while (!IsQuiet(isAtRest))
        {
            spin.SpinOnce(sleep1Threshold: -1);
            Broken.Unless(
                TimeProvider.System.GetElapsedTime(since) < s_patience,
                $"the pool has not come to rest: {ThreadPool.PendingWorkItemCount} wait, {Busy} work"
            );
        }
    }

    // Whoever is about to work counts before the item is taken from the queue.
    private static bool IsQuiet(Func<bool> isAtRest) =>
        isAtRest()
        && ThreadPool.PendingWorkItemCount == 0
        && Busy == 0
        && ThreadPool.PendingWorkItemCount == 0
        && isAtRest();

    private static int Busy
    {
        get
        {
            ThreadPool.GetMaxThreads(out var all, out _);
            ThreadPool.GetAvailableThreads(out var free, out _);
            return all - free;
        }
    }
}
