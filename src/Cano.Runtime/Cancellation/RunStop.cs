using Cano.Kernel;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.Time;

namespace Cano.Runtime.Cancellation;

/// <summary>Why a run may have to stop before its end: its caller's token, or its total timeout.</summary>
/// <remarks>Bodies get a token of the run's own. Who signals the caller's token runs nothing of the run: no
/// callback of a body, no compensation, no observer.</remarks>
internal sealed class RunStop : IDisposable
{
    private static readonly RunStop s_never = new(null, CancellationToken.None);

    private readonly StopSource? _source;
    private readonly CancellationToken _cancel;
    private readonly CancellationTokenRegistration _ofCancel;
    private readonly Deadline? _deadline;
    private readonly RunControl? _control;
    private bool _taken;

    private RunStop(
        StopSource? source,
        CancellationToken cancel,
        Deadline? deadline = null,
        RunControl? control = null
    )
    {
        _cancel = cancel;
        _deadline = deadline;
        _control = control;
        _source = source;
        Token = source?.Tokens.Bodies ?? default;
        _ofCancel = cancel.UnsafeRegister(static stop => ((StopSource)stop!).SignalBeside(), source);
        if (source is not null)
            control?.Attach(source);
    }

    /// <summary>What may be asked of the run while it is under way; null: nothing but what its caller's token
    /// says.</summary>
    public RunControl? Control => _control;

    /// <summary>Signalled when the run is to stop.</summary>
    public StopTokens Tokens => new(Token, _source);

    /// <summary>What bodies get.</summary>
    public CancellationToken Token { get; }

    /// <summary>For what is set up for a run: what a resource leaves on it runs beside whoever cancels. One
    /// that was cancelled before is told at once.</summary>
    public CancellationToken OfSetup => IsCancelled ? _cancel : Token;

    /// <summary>Whether the run is to stop and has not been told.</summary>
    public bool IsRequested =>
        (IsCancelled || Token.IsCancellationRequested || _control is { IsAsked: true })
        && (_control is null ? !_taken : _control.IsAsked || IsOwnRequested);

    /// <summary>Whether the caller wants the run to stop and it has not been told. Somebody else's stack may
    /// be beneath it then.</summary>
    public bool IsCancelRequested => IsCancelled && !_taken;

    private bool IsCancelled => _cancel.IsCancellationRequested;

    private bool IsOwnRequested => !_taken && (IsCancelled || _deadline is { HasPassed: true });

    /// <summary>When the total timeout is over; null when there is none.</summary>
    public Moment? End => _deadline?.End;

    /// <summary>Starts the total timeout's clock.</summary>
    /// <param name="limit">The total timeout; null for none.</param>
    /// <param name="options">The clock.</param>
    /// <param name="cancel">The caller's token.</param>
    /// <param name="control">What may be asked of the run besides.</param>
    /// <param name="since">The instant from which the timeout counts; null: from now on.</param>
    /// <exception cref="CanoException">`workflow`: the clock throws.</exception>
    public static RunStop Begin(
        TimeSpan? limit,
        RunOptions options,
        CancellationToken cancel,
        RunControl? control = null,
        DateTimeOffset? since = null
    )
    {
        if (limit is null && !cancel.CanBeCanceled && control is null)
            return s_never;
        var source = new StopSource(options);
        try
        {
            return new RunStop(
                source,
                cancel,
                limit is { } span
                    ? new Deadline(span, EndOf(span, since, options.Time), options, source)
                    : null,
                control
            );
        }
        catch (Exception thrown) when (thrown is not CanoException)
        {
            throw new CanoException(Faults.OfClock(thrown), thrown);
        }
    }

    /// <summary>A run that came to be, as its rows tell, later than now has all of its time.</summary>
    private static Moment EndOf(TimeSpan limit, DateTimeOffset? since, TimeProvider time) =>
        since is { } begun && Moment.Until(Delay.End(begun, limit), time) is var end && end.Left(time) < limit
            ? end
            : Moment.After(limit, time);

    /// <summary>The request to stop, given once; a cancellation comes before a timeout.</summary>
    public RunEvent Take()
    {
        if (_control?.Take() is { } asked)
            return asked;
        _taken = true;
        return _deadline is null || IsCancelled ? RunEvent.CallerCancelled : _deadline.Passed();
    }

    public void Dispose()
    {
        // Nothing is waited for: a callback may block.
        _ofCancel.Unregister();
        _deadline?.Dispose();
    }

    /// <summary>The total timeout of a run.</summary>
    /// <param name="limit">All of it.</param>
    /// <param name="end">When it is over.</param>
    /// <param name="options">The clock.</param>
    /// <param name="source">Signalled at its end.</param>
    private sealed class Deadline(TimeSpan limit, Moment end, RunOptions options, StopSource source)
        : IDisposable
    {
        private readonly StopLimit _passed = new(end, options.Time, source);

        public Moment End => end;

        public bool HasPassed => _passed.HasPassed;

        public RunEvent Passed() => RunEvent.NewDeadlinePassed(Elapsed(), limit);

        public void Dispose() => _passed.Dispose();

        private TimeSpan Elapsed()
        {
            try
            {
                return limit - end.Left(options.Time);
            }
            catch (Exception)
            {
                // The clock was the one to say that the time is up.
                return limit;
            }
        }
    }
}
