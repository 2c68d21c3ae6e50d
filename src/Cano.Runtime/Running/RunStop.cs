using System.Diagnostics.CodeAnalysis;
using Cano.Kernel;

namespace Cano;

/// <summary>Why a run may have to stop before its end: its caller's token, or its total timeout.</summary>
internal sealed class RunStop : IDisposable
{
    private static readonly RunStop s_never = new();

    private readonly CancellationToken _cancel;
    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationTokenSource? _both;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly TimeSpan _limit;
    private readonly long _startedAt;
    private bool _taken;

    private RunStop() => _taken = true;

    private RunStop(TimeSpan? limit, TimeProvider time, CancellationToken cancel)
    {
        _cancel = cancel;
        Token = cancel;
        if (limit is not { } span) return;
        _time = time;
        _limit = span;
        _startedAt = time.GetTimestamp();
        _deadline = new CancellationTokenSource(span < Delay.TimerMax ? span : Timeout.InfiniteTimeSpan, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(cancel, _deadline.Token);
        Token = _both.Token;
    }

    /// <summary>Signalled when the run is to stop; bodies get it.</summary>
    public CancellationToken Token { get; }

    /// <summary>Starts the total timeout's clock.</summary>
    public static RunStop Begin(TimeSpan? limit, TimeProvider time, CancellationToken cancel) =>
        limit is null && !cancel.CanBeCanceled ? s_never : new RunStop(limit, time, cancel);

    /// <summary>The request to stop, once; a cancellation comes before a timeout.</summary>
    public bool TryTake([MaybeNullWhen(false)] out RunEvent request)
    {
        request = default;
        if (_taken) return false;
        if (_cancel.IsCancellationRequested) request = RunEvent.CancelRequested;
        else if (_deadline is { IsCancellationRequested: true })
            request = RunEvent.NewDeadlinePassed(_time.GetElapsedTime(_startedAt), _limit);
        else return false;
        return _taken = true;
    }

    public void Dispose()
    {
        _both?.Dispose();
        _deadline?.Dispose();
    }
}
