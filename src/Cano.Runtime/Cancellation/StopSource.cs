using Cano.Runtime.Scope;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Cancellation;

/// <summary>Who is told to stop.</summary>
/// <param name="Bodies">What bodies hold, and may leave callbacks on that block.</param>
/// <param name="Watch">What the engine waits on. It is signalled after the bodies', so that whoever hears of
/// it finds the bodies told.</param>
internal readonly record struct StopTokens(CancellationToken Bodies, CancellationToken Watch);

/// <summary>Tells bodies to stop, and then the engine, which gives them a grace. No callback of a body holds
/// the engine up: of one that blocks it hears nothing for a moment, and goes on.</summary>
internal sealed class StopSource : IStopSignal, IDisposable
{
    /// <summary>How long callbacks may take, in real time, before the engine goes on without them.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    // Never disposed: they hold nothing, and a late signal must find them usable.
    private readonly CancellationTokenSource _bodies = new();
    private readonly CancellationTokenSource _watch = new();
    private readonly Dispatcher _dispatcher;
    private readonly ILogger _logger;
    private readonly CancellationTokenRegistration _ofBodies;
    private readonly CancellationTokenRegistration _ofWatch;

    /// <param name="parent">Whose stop is this one's too.</param>
    /// <param name="dispatcher">Where what is signalled beside its signaller is signalled.</param>
    /// <param name="logger">Hears what callbacks throw.</param>
    public StopSource(StopTokens parent, Dispatcher dispatcher, ILogger logger)
    {
        _dispatcher = dispatcher;
        _logger = logger;
        _ofBodies = parent.Bodies.UnsafeRegister(static it => ((StopSource)it!).TellBodies(), this);
        _ofWatch = parent.Watch.UnsafeRegister(static it => ((StopSource)it!)._watch.Cancel(), this);
    }

    public StopTokens Tokens => new(_bodies.Token, _watch.Token);

    /// <summary>Signals on this thread, which is nobody's: a timer's, or a dispatcher's turn.</summary>
    public void SignalHere()
    {
        using var late = _dispatcher.Unless(s_patience, _watch.Cancel);
        TellBodies();
        _watch.Cancel();
    }

    /// <summary>Signals on no thread and no stack of who asks for it. Whoever looks at the token sees it at
    /// once.</summary>
    public void SignalBeside() => _dispatcher.Signal(this);

    /// <summary>As <see cref="SignalBeside"/>, on the pool.</summary>
    public async Task SignalOnPoolAsync()
    {
        Task told;
        using (Detached.Begin())
            told = _bodies.CancelSafelyAsync(_logger);
        await told.WaitAsync(s_patience)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await _watch.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>The parent's stop is this one's no more. Nothing is waited for: a callback may block in
    /// it.</summary>
    public void Dispose()
    {
        _ofBodies.Unregister();
        _ofWatch.Unregister();
    }

    private void TellBodies() => _bodies.CancelSafely(_logger);
}
