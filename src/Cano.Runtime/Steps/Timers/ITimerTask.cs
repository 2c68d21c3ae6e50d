using Cano.Kernel;
using Cano.Runtime.Resilience;
using Cano.Runtime.Time;

namespace Cano;

/// <summary>Waits for a span or until an instant, then goes on. The due time is journaled: a crash does not
/// stretch the wait.</summary>
public interface ITimerTask<TState>
{
    /// <summary>The name in logs, errors and diagrams.</summary>
    string Name => GetType().Name;

    /// <summary>Read once, when the task is registered; <see cref="TaskConfig.Minimal"/> unless given. An
    /// attempt timeout bounds the wait too. A circuit breaker is asked before both calls, for the wait may be
    /// long; only the second one's success is told it.</summary>
    TaskConfig Config => TaskConfig.Minimal;

    /// <summary>How long to wait. Not asked again by a resume.</summary>
    ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken);

    /// <summary>Chooses the next state when the wait is over.</summary>
    ValueTask<TState> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken);
}

/// <summary>How long a timer waits.</summary>
public readonly record struct TimerOutcome : IUnfinished
{
    private readonly TimeSpan _span;
    private readonly DateTimeOffset? _instant;

    private TimerOutcome(TimeSpan span, DateTimeOffset? instant)
    {
        _span = span;
        _instant = instant;
    }

    /// <summary>Waits for a span; not at all when it is not positive. The process that begins it counts it by
    /// a steady clock, whatever the wall clock is set to; a resume waits until the wall clock shows its
    /// end.</summary>
    public static TimerOutcome After(TimeSpan span) => new(span, null);

    /// <summary>Waits until the wall clock shows an instant; not at all when that has passed. After the
    /// machine has slept, or the clock was set, it may be a minute late.</summary>
    public static TimerOutcome Until(DateTimeOffset instant) => new(default, instant);

    // What follows the wait belongs to the same attempt.
    bool IUnfinished.IsUnfinished => true;

    /// <summary>The span, not negative; null for an instant.</summary>
    internal TimeSpan? Span =>
        _instant is not null ? null
        : _span > TimeSpan.Zero ? _span
        : TimeSpan.Zero;

    /// <summary>The end of the wait for a clock that shows `now`; the end of all time at the
    /// latest.</summary>
    internal DateTimeOffset Due(DateTimeOffset now)
    {
        if (_instant is { } instant)
            return instant.ToUniversalTime();
        return Delay.End(now, Span ?? TimeSpan.Zero);
    }

    /// <summary>As its maker is called: "After(3 d)", "Until(2026-02-01 08:00:00Z)".</summary>
    public override string ToString() =>
        _instant is { } instant
            ? $"{nameof(Until)}({Words.Instant(instant)})"
            : $"{nameof(After)}({Words.Span(_span)})";
}
