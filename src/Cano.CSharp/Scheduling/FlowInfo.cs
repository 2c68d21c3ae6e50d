using Cano.Kernel;

namespace Cano;

/// <summary>A flow of a running scheduler at one moment. Instants are UTC, of the scheduler's
/// clock.</summary>
/// <param name="Id">The flow.</param>
/// <param name="Status">What it is doing.</param>
/// <param name="RunCount">How many runs were started.</param>
/// <param name="LastRun">When the newest run was started.</param>
/// <param name="FailureStreak">How many runs in a row have failed.</param>
/// <param name="NextEligible">In a back-off, from when on the schedule may start a run again.</param>
/// <param name="NextOccurrence">When the schedule starts the next run; null for a manual or tripped flow, and
/// while a flow with an interval runs.</param>
/// <param name="LastError">Why the newest run failed; null when it did not.</param>
/// <param name="IsConcurrent">Whether a run of it is many instances.</param>
/// <param name="CompletedInstances">Of the newest ended run of a concurrent flow, how many reached an
/// exit.</param>
/// <param name="FailedInstances">Of the newest ended run of a concurrent flow, how many failed.</param>
/// <param name="SkippedCount">How many occurrences were passed over: the run before was still under way, or
/// they were missed. Not failures.</param>
public sealed record FlowInfo(
    string Id,
    FlowStatus Status,
    long RunCount,
    DateTimeOffset? LastRun,
    int FailureStreak,
    DateTimeOffset? NextEligible,
    DateTimeOffset? NextOccurrence,
    CanoError? LastError,
    bool IsConcurrent,
    int CompletedInstances,
    int FailedInstances,
    long SkippedCount = 0
)
{
    /// <summary>When it is run: "every 5 min", "0 30 2 * * * in Europe/Berlin", "manual".</summary>
    public string Schedule { get; init; } = "";

    /// <summary>Whether its schedule starts nothing until <see cref="RunningScheduler.ContinueFlowAsync"/>
    /// lets it go on.</summary>
    public bool IsPaused { get; init; }

    /// <summary>What it is doing, how often it ran, and what comes next: "'nightly': Idle, 3 runs, next
    /// 2026-02-01 08:00:00Z".</summary>
    public override string ToString()
    {
        var text = $"'{Id}': {Status}, {RunCount} runs";
        if (FailureStreak > 0)
            text += $", {FailureStreak} failed in a row: {LastError}";
        if (IsPaused)
            text += ", paused";
        if (NextOccurrence is { } next)
            text += $", next {Words.Instant(next)}";
        if (NextEligible is { } eligible)
            text += $", not before {Words.Instant(eligible)}";
        return text;
    }
}

/// <summary>How a scheduler stopped.</summary>
/// <param name="Clean">Whether everything had ended by the deadline.</param>
/// <param name="StillRunning">The flows that had not, or whose resources had not been torn down, in the order
/// of registration.</param>
public sealed record StopResult(bool Clean, IReadOnlyList<string> StillRunning)
{
    /// <inheritdoc/>
    public bool Equals(StopResult? other) =>
        other is not null && Clean == other.Clean && Contents.Equal(StillRunning, other.StillRunning);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Clean, Contents.Hash(StillRunning));

    /// <summary>"clean", or what still runs: "still running: nightly, hourly".</summary>
    public override string ToString() =>
        Clean ? "clean" : $"still running: {string.Join(", ", StillRunning)}";
}
