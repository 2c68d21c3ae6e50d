using Microsoft.Extensions.Logging;

namespace Cano.Hosting.Lifetime;

/// <summary>Goes on in the background with what the last process left.</summary>
internal sealed partial class Resuming(CanoEngine engine, int concurrency, TimeProvider time, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    /// <summary>Takes up, until all have ended or wait, or it is stopped. A store that cannot be read is
    /// asked again.</summary>
    public void Begin() => _work = Task.Run(() => WorkAsync(_stop.Token));

    /// <summary>Takes up no more. Whatever has begun to is over when this completes: it would wake an engine
    /// that is suspended meanwhile.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
    }

    public void Dispose() => _stop.Dispose();

    private async Task WorkAsync(CancellationToken stop)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (!stop.IsCancellationRequested)
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
            catch (ObjectDisposedException)
            {
                // A container may dispose of the engine before the host stops.
                return;
            }
            catch (Exception thrown)
            {
                LogFailure(logger, pause, thrown);
            }

            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < s_longest ? pause * 2 : s_longest;
        }
    }

    [LoggerMessage(502, LogLevel.Debug, "Gone on with: {End}")]
    private static partial void LogEnd(ILogger logger, RunEnd end);

    [LoggerMessage(
        503,
        LogLevel.Error,
        "What the last process left cannot be listed; it is tried again in {Pause}"
    )]
    private static partial void LogFailure(ILogger logger, TimeSpan pause, Exception exception);
}
