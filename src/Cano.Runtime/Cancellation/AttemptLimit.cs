using Microsoft.Extensions.Logging;

namespace Cano;

/// <summary>The token of one attempt: signalled when the attempt has lasted too long, or the run stops.</summary>
internal readonly struct AttemptLimit : IDisposable
{
    private readonly TimeLimit? _limit;
    private readonly CancellationTokenSource? _both;

    public AttemptLimit(TimeSpan? limit, RunOptions options, CancellationToken stop)
        : this(limit, options.Time, options.Logger, stop) { }

    public AttemptLimit(TimeSpan? limit, TimeProvider time, ILogger? logger, CancellationToken stop)
    {
        Token = stop;
        if (limit is not { } span) return;
        _limit = new TimeLimit(span, time, logger);
        Token = _limit.Token;
        if (!stop.CanBeCanceled) return;
        _both = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, stop);
        Token = _both.Token;
    }

    public CancellationToken Token { get; }

    /// <summary>Whether the attempt's own time is up.</summary>
    public bool HasPassed => _limit is { HasPassed: true };

    public void Dispose()
    {
        _both?.Dispose();
        _limit?.Dispose();
    }
}
