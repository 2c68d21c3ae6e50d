using Cano.Runtime.Cancellation;
using Cano.Runtime.Scope;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Steps.Streams;

/// <summary>Lets go of sources whose streams nobody awaits any more.</summary>
internal static partial class LateDisposal
{
    /// <summary>Disposes of a source. One that never lets go holds no run that is to stop.</summary>
    public static async Task UnlessStoppedAsync(
        IAsyncDisposable source,
        TaskContext context,
        RunOptions options,
        CancellationToken stop
    )
    {
        try
        {
            await StopGrace.AwaitAsync(DisposedAsync(), context, options, stop).ConfigureAwait(false);
        }
        catch (AbandonedException)
        {
            // A warning has told of it.
        }

        async ValueTask<bool> DisposedAsync()
        {
            await source.DisposeAsync().ConfigureAwait(false);
            return true;
        }
    }

    /// <summary>Disposes of a source when the read under way has ended. Never throws: nobody would hear of
    /// it.</summary>
    public static async Task WhenReadAsync(Task reading, IAsyncDisposable source, ILogger logger)
    {
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await source.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            LogDisposal(logger, thrown);
        }
    }

    [LoggerMessage(
        209,
        LogLevel.Warning,
        "A source that went on reading after its stream had ended failed when it was let go of"
    )]
    private static partial void LogDisposal(ILogger logger, Exception exception);
}
