using Cano.Runtime.Scope;
using Cano.Runtime.Time;

namespace Cano.Runtime.Cancellation;

/// <summary>Who is told to stop.</summary>
/// <param name="Bodies">What bodies hold, and may leave callbacks on that block.</param>
/// <param name="Source">Signals it; null: it is somebody else's token.</param>
internal readonly record struct StopTokens(CancellationToken Bodies, StopSource? Source = null)
{
    /// <summary>What the engine waits on. It is signalled after the bodies', so that whoever hears of it
    /// finds the bodies told.</summary>
    public CancellationToken Watch => Source is null ? Bodies : Source.Watch;

    /// <summary>Whether it is to stop, though its bodies may not have heard of it yet: what stops its parent
    /// comes to their token by the pool.</summary>
    public bool AreSignalled => Source is null ? Bodies.IsCancellationRequested : Source.IsSignalled;
}

/// <summary>Tells bodies to stop, and then the engine, which gives them a grace. No callback of a body holds
/// the engine up: of one that blocks it hears nothing for a moment, and goes on.</summary>
internal class StopSource(RunOptions options) : IStopSignal
{
    /// <summary>How long callbacks may take, in real time, before the engine goes on without them.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    // Never disposed: they hold nothing, and a late signal must find them usable.
    private readonly CancellationTokenSource _bodies = new();
    private CancellationTokenSource? _watch;
    private bool _bodiesAreTold;

    public StopTokens Tokens => new(_bodies.Token, this);

    /// <summary>As <see cref="StopTokens.AreSignalled"/>.</summary>
    public virtual bool IsSignalled => _bodies.IsCancellationRequested;

    /// <summary>As <see cref="StopTokens.Watch"/>. Few runs are ever waited for: it is made when it is first
    /// asked for.</summary>
    public CancellationToken Watch
    {
        get
        {
            if (_watch is { } known)
                return known.Token;
            var made = new CancellationTokenSource();
            if (Interlocked.CompareExchange(ref _watch, made, null) is { } other)
                return other.Token;
            // Of two who meet here, the one who tells and the one who asks, at least one sees the other.
            if (Volatile.Read(ref _bodiesAreTold))
                made.Cancel();
            else
                WatchParent();
            return made.Token;
        }
    }

    /// <summary>Signals on this thread, which is nobody's: a timer's, or a dispatcher's turn.</summary>
    public void SignalHere()
    {
        using var late = options.Dispatcher.Unless(s_patience, TellEngine);
        TellBodies();
        TellEngine();
    }

    /// <summary>Signals on no thread and no stack of who asks for it. Whoever looks at the token sees it at
    /// once.</summary>
    public void SignalBeside() => options.Dispatcher.Signal(this);

    /// <summary>Completes what somebody awaits, on no stack of who asks for it.</summary>
    public void CompleteBeside(TaskCompletionSource awaited) =>
        options.Dispatcher.Queue(new Completing(awaited));

    /// <summary>As <see cref="SignalBeside"/>, on the pool.</summary>
    public async Task SignalOnPoolAsync()
    {
        Task told;
        using (Detached.Begin())
            told = _bodies.CancelSafelyAsync(options.Logger);
        await told.WaitAsync(s_patience)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        TellEngine();
    }

    /// <summary>Has the engine hear of what stops this beside its signals.</summary>
    protected virtual void WatchParent() { }

    protected void TellBodies() => _bodies.CancelSafely(options.Logger);

    protected void TellEngine()
    {
        Volatile.Write(ref _bodiesAreTold, true);
        Interlocked.MemoryBarrier();
        _watch?.Cancel();
    }

    private sealed class Completing(TaskCompletionSource awaited) : IThreadPoolWorkItem
    {
        public void Execute() => awaited.TrySetResult();
    }
}
