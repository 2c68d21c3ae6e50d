using Cano.Kernel;
using Cano.Runtime.Scope;
using Cano.Runtime.Time;

namespace Cano.Runtime.Cancellation;

/// <summary>Why a run may have to stop before its end: its caller's token, or its total timeout.</summary>
internal sealed class RunStop : IDisposable
{
    private static readonly RunStop s_never = new(CancellationToken.None, null);

    private readonly Deadline? _deadline;
    private bool _taken;

    private RunStop(CancellationToken cancel, Deadline? deadline)
    {
        _deadline = deadline;
        Token = deadline?.Token ?? cancel;
    }

    /// <summary>Signalled when the run is to stop; bodies get it.</summary>
    public CancellationToken Token { get; }

    /// <summary>Whether the run is to stop and has not been told.</summary>
    public bool IsRequested => Token.IsCancellationRequested && !_taken;

    /// <summary>Starts the total timeout's clock.</summary>
    public static RunStop Begin(TimeSpan? limit, RunOptions options, CancellationToken cancel)
    {
        if (limit is { } span)
            return new RunStop(cancel, new Deadline(span, options, cancel));
        return cancel.CanBeCanceled ? new RunStop(cancel, null) : s_never;
    }

    /// <summary>The request to stop, given once; a cancellation comes before a timeout.</summary>
    public RunEvent Take()
    {
        _taken = true;
        return _deadline is null ? RunEvent.CancelRequested : _deadline.Request();
    }

    public void Dispose() => _deadline?.Dispose();

    /// <summary>The total timeout of a run.</summary>
    private sealed class Deadline : IDisposable
    {
        private readonly CancellationToken _cancel;
        private readonly TimeSpan _limit;
        private readonly TimeProvider _time;
        private readonly long _startedAt;
        private readonly TimeLimit _passed;
        private readonly CancellationTokenSource _either;

        public Deadline(TimeSpan limit, RunOptions options, CancellationToken cancel)
        {
            _cancel = cancel;
            _limit = limit;
            _time = options.Time;
            _startedAt = _time.GetTimestamp();
            _passed = new TimeLimit(limit, _time, options.Logger);
            _either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _passed.Token);
        }

        public CancellationToken Token => _either.Token;

        public RunEvent Request() =>
            _cancel.IsCancellationRequested
                ? RunEvent.CancelRequested
                : RunEvent.NewDeadlinePassed(_time.GetElapsedTime(_startedAt), _limit);

        public void Dispose()
        {
            _either.Dispose();
            _passed.Dispose();
        }
    }
}
