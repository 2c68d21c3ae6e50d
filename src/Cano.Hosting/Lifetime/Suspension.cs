using Microsoft.Extensions.Logging;

namespace Cano.Hosting.Lifetime;

/// <summary>The one suspension of an engine whose host stops.</summary>
internal sealed partial class Suspension(CanoEngine engine, Resuming resuming, TimeSpan grace, ILogger logger)
{
    /// <summary>What closing the journal may take behind the grace.</summary>
    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task? _suspended;

    /// <summary>Suspends, once. Never throws.</summary>
    public Task BeginAsync()
    {
        lock (_gate)
            return _suspended ??= Task.Run(SuspendAsync);
    }

    /// <summary>Suspends when as much of a host's time is left as the grace takes: servers that drain wait
    /// for requests, and those perhaps for runs.</summary>
    /// <param name="left">All of the host's time.</param>
    /// <param name="time">The clock.</param>
    public ITimer BeginInTime(TimeSpan left, TimeProvider time)
    {
        var latest = left - grace - s_closing;
        return time.CreateTimer(
            static it => _ = ((Suspension)it!).BeginAsync(),
            this,
            latest > TimeSpan.Zero ? latest : TimeSpan.Zero,
            Timeout.InfiniteTimeSpan
        );
    }

    private async Task SuspendAsync()
    {
        try
        {
            await resuming.StopAsync().ConfigureAwait(false);
            var rest = await engine.SuspendAsync(grace).ConfigureAwait(false);
            if (!rest.Clean)
                LogOutlasting(logger, string.Join(", ", rest.StillRunning), grace);
        }
        catch (ObjectDisposedException)
        {
            // The container has disposed of the engine before, which has suspended it.
        }
        catch (Exception thrown)
        {
            LogFailure(logger, thrown);
        }
    }

    [LoggerMessage(
        504,
        LogLevel.Warning,
        "Bodies outlasted the grace of {Grace}; the next process begins them again: {RunIds}"
    )]
    private static partial void LogOutlasting(ILogger logger, string runIds, TimeSpan grace);

    [LoggerMessage(505, LogLevel.Error, "The engine could not be suspended")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
