using Cano.Testing;

namespace Cano.Integration;

/// <summary>Runs a workflow and its clock on one thread.</summary>
internal static class Aloneness
{
    /// <summary>Starts a run and moves its clock from timer to timer. What a timer wakes goes on, to its next
    /// wait, before another one fires; so any number of timers may wait at once.</summary>
    public static Task<T> AloneAsync<T>(this VirtualTime time, Func<Task<T>> start) =>
        // The pool has no synchronization context, so continuations run where they are woken.
        Task.Run(() => time.RunAsync(start()));

    /// <summary>Waits for a span; one that is told to stop does so on the thread that tells it.</summary>
    public static Task PauseAsync(this VirtualTime time, TimeSpan span, CancellationToken token) =>
        Task.Delay(span, time, CancellationToken.None).WaitAsync(token);
}
