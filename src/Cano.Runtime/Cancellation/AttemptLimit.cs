using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Cancellation;

/// <summary>The token of one attempt: signalled when the attempt has lasted too long, or the run
/// stops.</summary>
internal readonly struct AttemptLimit : IDisposable
{
    private readonly LinkedStop? _stop;
    private readonly StopLimit? _limit;

    /// <exception cref="CanoException">`workflow`: the clock throws.</exception>
    public AttemptLimit(TimeSpan? limit, RunOptions options, StopTokens stop)
    {
        Tokens = stop;
        if (limit is not { } span)
            return;
        _stop = new LinkedStop(stop, options);
        Tokens = _stop.Tokens;
        try
        {
            _limit = new StopLimit(Moment.After(span, options.Time), options.Time, _stop);
        }
        catch (CanoException)
        {
            _stop.Dispose();
            throw;
        }
    }

    /// <summary>Of many runs at once, which hand tokens of their own to their bodies.</summary>
    public AttemptLimit(TimeSpan? limit, TimeProvider time, ILogger logger, CancellationToken stop)
        : this(limit, new RunOptions { Time = time, Logger = logger }, new StopTokens(stop)) { }

    public StopTokens Tokens { get; }

    /// <summary>What the body gets.</summary>
    public CancellationToken Token => Tokens.Bodies;

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
                .AwaitAsync(body(context, Token), context, options, Tokens.Watch)
                .ConfigureAwait(false);
            if (!HasPassed)
                return answer;
        }
        catch (Exception thrown) when (HasPassed)
        {
            throw new CanoException(Passed, thrown);
        }

        throw new CanoException(Passed);
    }

    private CanoError Passed => _limit?.ClockError ?? Faults.AttemptTimeout;

    public void Dispose()
    {
        _limit?.Dispose();
        _stop?.Dispose();
    }
}
