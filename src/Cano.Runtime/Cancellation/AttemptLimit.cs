using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Cancellation;

/// <summary>The token of one attempt: signalled when the attempt has lasted too long, or the run
/// stops.</summary>
internal readonly struct AttemptLimit : IDisposable
{
    private readonly TimeLimit? _limit;
    private readonly CancellationTokenSource? _both;

    public AttemptLimit(TimeSpan? limit, RunOptions options, CancellationToken stop)
        : this(limit, options.Time, options.Logger, stop) { }

    public AttemptLimit(TimeSpan? limit, TimeProvider time, ILogger? logger, CancellationToken stop)
    {
        Token = stop;
        if (limit is not { } span)
            return;
        _limit = new TimeLimit(span, time, logger);
        Token = _limit.Token;
        if (!stop.CanBeCanceled)
            return;
        _both = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, stop);
        Token = _both.Token;
    }

    public CancellationToken Token { get; }

    /// <summary>Whether the attempt's own time is up.</summary>
    public bool HasPassed => _limit is { HasPassed: true };

    /// <summary>The body's answer, if it comes in time.</summary>
    /// <exception cref="CanoException">`timeout`: it did not, whatever the body answered or
    /// threw.</exception>
    /// <exception cref="AbandonedException">The run stopped, and the body did not.</exception>
    public async ValueTask<T> CallAsync<T>(
        TaskContext context,
        RunOptions options,
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    )
    {
        try
        {
            var answer = await StopGrace
                .AwaitAsync(body(context, Token), context, options, Token)
                .ConfigureAwait(false);
            if (!HasPassed)
                return answer;
        }
        catch (Exception thrown) when (HasPassed)
        {
            throw new CanoException(Faults.AttemptTimeout, thrown);
        }

        throw new CanoException(Faults.AttemptTimeout);
    }

    public void Dispose()
    {
        _both?.Dispose();
        _limit?.Dispose();
    }
}
