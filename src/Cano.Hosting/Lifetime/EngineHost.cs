using Cano.Hosting.Engines;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cano.Hosting.Lifetime;

/// <summary>The engine in the life of its host: open before any other service starts, at work when all have,
/// at rest when those are drained that were registered behind it, closed when all have stopped.</summary>
internal sealed partial class EngineHost(
    EngineSource source,
    EngineOpening opening,
    HostResources resources,
    HostSchedules schedules,
    HostSettings settings
) : IHostedLifecycleService, IAsyncDisposable, IDisposable
{
    private CanoEngine? _engine;
    private Resuming? _resuming;
    private Suspension? _suspension;
    private ITimer? _latest;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var options = settings.Options;
        var store = opening.Checked(options);
        await resources.SetupAsync(cancellationToken).ConfigureAwait(false);
        _engine = source.Engine = await opening
            .OpenAsync(store, options, cancellationToken)
            .ConfigureAwait(false);
        _resuming = new Resuming(_engine, options.ResumeConcurrency, settings.Time, settings.Logger);
        _suspension = new Suspension(_engine, _resuming, options.SuspendGrace, settings.Logger);
        source.Phase = EnginePhase.Open;
        LogOpen(settings.Logger, options.SuspendGrace, settings.ShutdownTimeout);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        source.Schedules = await schedules.StartAsync(_engine!, cancellationToken).ConfigureAwait(false);
        if (settings.Options.ResumeOnStart)
            _resuming!.Begin();
        source.Phase = EnginePhase.Running;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        source.Phase = EnginePhase.Stopping;
        if (settings.ShutdownTimeout != Timeout.InfiniteTimeSpan)
            _latest = _suspension?.BeginInTime(settings.ShutdownTimeout, settings.Time);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        _suspension?.BeginAsync() ?? Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    /// <summary>A host whose start failed is disposed of without being stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        source.Phase = EnginePhase.Stopping;
        try
        {
            if (_latest is { } latest)
                await latest.DisposeAsync().ConfigureAwait(false);
            if (Interlocked.Exchange(ref _engine, null) is { } engine)
                await CloseAsync(engine).ConfigureAwait(false);
        }
        finally
        {
            await resources.TeardownAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A container that is disposed of so has opened nothing, if its host was stopped.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task CloseAsync(CanoEngine engine)
    {
        await _suspension!.BeginAsync().ConfigureAwait(false);
        _resuming!.Dispose();
        await engine.CloseAsync(TimeSpan.Zero).ConfigureAwait(false);
    }

    [LoggerMessage(
        501,
        LogLevel.Information,
        "The engine is open. A stop awaits bodies for {SuspendGrace}, and has {ShutdownTimeout} in all"
    )]
    private static partial void LogOpen(ILogger logger, TimeSpan suspendGrace, TimeSpan shutdownTimeout);
}
