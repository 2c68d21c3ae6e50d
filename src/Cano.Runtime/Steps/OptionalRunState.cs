using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Scope;
using Cano.Runtime.Telemetry;
using Cano.Runtime.Time;

namespace Cano.Runtime.Steps;

/// <summary>What only some runs have under way. It is kept apart, so that a plain run stays small.</summary>
internal sealed class OptionalRunState
{
    /// <summary>The source that the visit under way reads; null when it reads none.</summary>
    public IAsyncDisposable? OpenStream { get; set; }

    /// <summary>What the visit under way, or the last one that did, hears of its children by; null when none
    /// has any.</summary>
    public IDisposable? Watch { get; set; }

    /// <summary>When an attempt that this process began, its waits included, has lasted too long; null when
    /// there was none, or it may last for ever.</summary>
    public SpanEnd? AttemptEnd { get; set; }

    /// <summary>The wait for a span that this process began last; null when there was none.</summary>
    public SpanEnd? SpanEnd { get; set; }

    /// <summary>When the time of the rollback is up that this process goes on with; null before, and where it
    /// has all there is.</summary>
    public SpanEnd? RollbackEnd { get; set; }

    /// <summary>When an instant has come that a row tells: the end of a span that began here by the steady
    /// clock, any other when the wall clock shows it.</summary>
    public Moment EndOf(DateTimeOffset due) =>
        SpanEnd is { } wait && wait.Due == due ? wait.End
        : AttemptEnd is { } attempt && attempt.Due == due ? attempt.End
        : Moment.At(due);

    /// <summary>Stands around the calls of the user's code in this run alone; null: nothing does that is not
    /// around those of all runs.</summary>
    public IUserCalls? Calls { get; set; }

    /// <summary>Makes the run's spans; null when nobody listens to these.</summary>
    public RunTracer? Spans { get; set; }

    /// <summary>The place among runs being resumed that it holds; null when it was not resumed with
    /// others.</summary>
    public ResumeSlot? Slot { get; set; }

    /// <summary>The time that the rollback has; null before it begins.</summary>
    public AttemptLimit? Rollback { get; set; }

    /// <summary>What has happened, and is told to the kernel when the row under way is written; null when
    /// nothing waits.</summary>
    public RunEvent? Held { get; set; }

    /// <summary>Work beside which something was asked; null when none is.</summary>
    public Task<RunEvent>? UnderWay { get; set; }

    /// <summary>What was thrown last, and of which visit and attempt; null when nothing was.</summary>
    public (Exception? Exception, long Visit, int Attempt)? Thrown { get; set; }
}
