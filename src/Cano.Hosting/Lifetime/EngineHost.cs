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
    private readonly CancellationTokenSource _stopping = new();
    private CanoEngine? _engine;
    private Suspension? _suspension;
    private Task _resuming = Task.CompletedTask;
    private ITimer? _latest;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var options = settings.Options;
        await resources.SetupAsync(cancellationToken).ConfigureAwait(false);
        _engine = source.Engine = await opening.OpenAsync(options, cancellationToken).ConfigureAwait(false);
        _suspension = new Suspension(_engine, options.SuspendGrace, settings.Logger);
        source.Phase = EnginePhase.Open;
        LogOpen(settings.Logger, options.SuspendGrace, settings.ShutdownTimeout);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        source.Schedules = await schedules.StartAsync(_engine!, cancellationToken).ConfigureAwait(false);
        if (settings.Options.ResumeOnStart)
        {
            var resuming = new Resuming(
                _engine!,
                settings.Options.ResumeConcurrency,
                settings.Time,
                settings.Logger
            );
            _resuming = Task.Run(() => resuming.RunAsync(_stopping.Token), CancellationToken.None);
        }

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
        if (_latest is { } latest)
            await latest.DisposeAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _engine, null) is { } engine)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            await _suspension!.BeginAsync().ConfigureAwait(false);
            await _resuming.ConfigureAwait(false);
            await engine.CloseAsync(TimeSpan.Zero).ConfigureAwait(false);
        }

        await resources.TeardownAsync().ConfigureAwait(false);
    }

    /// <summary>A container that is disposed of so has opened nothing, if its host was stopped.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The engine is open. A stop awaits bodies for {SuspendGrace}, and has {ShutdownTimeout} in all"
    )]
    private static partial void LogOpen(ILogger logger, TimeSpan suspendGrace, TimeSpan shutdownTimeout);
}
