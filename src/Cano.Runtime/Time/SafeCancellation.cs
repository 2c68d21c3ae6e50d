using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Time;

/// <summary>Cancels tokens that bodies hold.</summary>
internal static partial class SafeCancellation
{
    /// <summary>Cancels a token. What a callback throws that a body left on it is logged: on a timer's thread
    /// it would end the process, and in a run's loop the run.</summary>
    public static void CancelSafely(this CancellationTokenSource source, ILogger logger)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException thrown)
        {
            LogThrown(logger, thrown);
        }
    }

    /// <summary>As <see cref="CancelSafely"/>, on no thread of the caller's.</summary>
    public static async Task CancelSafelyAsync(this CancellationTokenSource source, ILogger logger)
    {
        try
        {
            await source.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            LogThrown(logger, thrown);
        }
    }

    [LoggerMessage(
        203,
        LogLevel.Warning,
        "A callback on a cancellation token threw; what was told to stop stops all the same"
    )]
    private static partial void LogThrown(ILogger logger, Exception exception);
}
