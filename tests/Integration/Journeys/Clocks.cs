using Cano.Testing;

namespace Cano.Integration;

/// <summary>Moves virtual clocks for runs that do nothing but wait.</summary>
internal static class Clocks
{
    /// <summary>Advances from timer to timer until the run has ended.</summary>
    public static async Task<T> DriveAsync<T>(this VirtualTime time, Task<T> run)
    {
        while (!run.IsCompleted)
        {
            await Task.WhenAny(run, time.WhenWaitingAsync());
            time.AdvanceToNext();
        }

        return await run;
    }
}
