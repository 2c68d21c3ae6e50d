using Cano.Testing;

namespace Cano.Integration;

/// <summary>Moves virtual clocks for runs that do nothing but wait.</summary>
internal static class Clocks
{
    /// <summary>Starts a run and advances from timer to timer until it has ended.</summary>
    /// <remarks>It begins without the test's synchronization context, to which its bodies would come back at
    /// some later time: so everything that follows from a timer has happened when the clock moves
    /// on.</remarks>
    public static async Task<T> DriveAsync<T>(this VirtualTime time, Func<Task<T>> start)
    {
        var run = Begin(start);
        while (!run.IsCompleted)
        {
            await Task.WhenAny(run, time.WhenWaitingAsync());
            time.AdvanceToNext();
        }

        return await run;
    }

    private static Task<T> Begin<T>(Func<Task<T>> start)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return start();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
