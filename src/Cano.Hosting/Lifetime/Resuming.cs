using Microsoft.Extensions.Logging;

namespace Cano.Hosting.Lifetime;

/// <summary>Goes on in the background with what the last process left.</summary>
internal sealed partial class Resuming(CanoEngine engine, int concurrency, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    /// <summary>Ends when all have ended or wait, or when it is stopped. A store that cannot be read is asked
    /// again.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (var pause = TimeSpan.FromSeconds(1); ; pause = pause * 2 < s_longest ? pause * 2 : s_longest)
        {
            try
            {
                await foreach (var end in engine.ResumeAsync(concurrency, stop).ConfigureAwait(false))
                    LogEnd(logger, end);
                return;
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception thrown)
            {
                LogFailure(logger, pause, thrown);
            }

            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Gone on with: {End}")]
    private static partial void LogEnd(ILogger logger, RunEnd end);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "What the last process left cannot be listed; it is tried again in {Pause}"
    )]
    private static partial void LogFailure(ILogger logger, TimeSpan pause, Exception exception);
}
