using System.Diagnostics.Metrics;

namespace Cano.Runtime.Telemetry;

/// <summary>What is measured of runs.</summary>
internal static class Instruments
{
    private static readonly InstrumentSet s_set = new();

    public static readonly Counter<long> RunsStarted = s_set.Counter(
        "cano.runs.started",
        "{run}",
        "Runs that began here."
    );

    public static readonly Counter<long> RunsResumed = s_set.Counter(
        "cano.runs.resumed",
        "{run}",
        "Runs that went on here after their rows."
    );

    public static readonly Counter<long> RunsEnded = s_set.Counter(
        "cano.runs.ended",
        "{run}",
        "Runs of which no more is done here, by what they are now."
    );

    public static readonly Counter<long> RunsSuspended = s_set.Counter(
        "cano.runs.suspended",
        "{run}",
        "Runs that came to rest where their rows end, to be gone on with."
    );

    public static readonly UpDownCounter<long> RunsActive = s_set.UpDownCounter(
        "cano.runs.active",
        "{run}",
        "Runs that are worked on here."
    );

    public static readonly Histogram<double> RunDuration = s_set.Seconds(
        "cano.run.duration",
        "How long a run was worked on here, from its start or resume to its end or rest."
    );

    public static readonly Histogram<double> StateDuration = s_set.Seconds(
        "cano.state.duration",
        "How long a run was in a state, its retries and waits included until the run rests, but not what is undone behind it."
    );

    public static readonly Histogram<double> AttemptDuration = s_set.Seconds(
        "cano.attempt.duration",
        "How long an attempt of a state's task took; of a stepped or stream state each of its steps, of a wait its beginning and what it leads to."
    );

    public static readonly Histogram<double> BranchDuration = s_set.Seconds(
        "cano.branch.duration",
        "How long a branch of a split took, its retries included."
    );

    public static readonly Histogram<double> CompensationDuration = s_set.Seconds(
        "cano.compensation.duration",
        "How long it took to undo a step, its tries and the waits between them included."
    );

    public static readonly Counter<long> Retries = s_set.Counter(
        "cano.retries",
        "{retry}",
        "Failed attempts behind which another one follows, of tasks, branches and compensations."
    );

    public static readonly Counter<long> CircuitRefusals = s_set.Counter(
        "cano.circuit.refusals",
        "{attempt}",
        "Attempts that a task's or branch's own circuit breaker refused."
    );

    public static readonly Counter<long> Waits = s_set.Counter(
        "cano.waits",
        "{wait}",
        "Waits that runs began, for their time, a signal or a child."
    );

    public static readonly Counter<long> SignalsTaken = s_set.Counter(
        "cano.signals.taken",
        "{signal}",
        "Signals that runs took."
    );

    public static readonly Counter<long> ChildrenStarted = s_set.Counter(
        "cano.children.started",
        "{run}",
        "Children that runs started."
    );

    public static readonly Histogram<double> AppendDuration = s_set.Seconds(
        "cano.append.duration",
        "How long a run waited for its store to have a row."
    );

    public static IReadOnlyList<TelemetryInstrument> All => s_set.All;

    /// <summary>Whether somebody listens to any.</summary>
    // Asked once a run, of which the plain one takes some 200 ns: each is a field of a field.
    public static bool AreHeard =>
        RunsStarted.Enabled
        || RunsResumed.Enabled
        || RunsEnded.Enabled
        || RunsSuspended.Enabled
        || RunsActive.Enabled
        || RunDuration.Enabled
        || StateDuration.Enabled
        || AttemptDuration.Enabled
        || BranchDuration.Enabled
        || CompensationDuration.Enabled
        || Retries.Enabled
        || CircuitRefusals.Enabled
        || Waits.Enabled
        || SignalsTaken.Enabled
        || ChildrenStarted.Enabled
        || AppendDuration.Enabled;
}
