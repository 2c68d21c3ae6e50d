using static System.FormattableString;

namespace Cano;

/// <summary>A workflow as the heads of its runs tell it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version, as in a run's newest row.</param>
public readonly record struct WorkflowKey(string Name, uint Version)
{
    /// <summary>Both: "'orders', version 2".</summary>
    public override string ToString() => Invariant($"'{Name}', version {Version}");
}

/// <summary>A parked run that was due, and is claimed.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Workflow">Its workflow.</param>
/// <param name="Claim">The claim.</param>
public readonly record struct DueRun(string RunId, WorkflowKey Workflow, RunClaim Claim)
{
    /// <summary>All three: "'order-7' of 'orders', version 2: fence 3, row 7 comes next".</summary>
    public override string ToString() => $"'{RunId}' of {Workflow}: {Claim}";
}

/// <summary>What a look for parked runs that are due has found.</summary>
/// <param name="claimed">Those that were claimed, in no order.</param>
/// <param name="nextAt">When the next run will be due that none is yet; null when none will be by
/// itself.</param>
public sealed class DueRuns(IReadOnlyList<DueRun> claimed, DateTimeOffset? nextAt)
{
    /// <summary>Those that were claimed, in no order.</summary>
    public IReadOnlyList<DueRun> Claimed { get; } =
        claimed ?? throw new ArgumentNullException(nameof(claimed));

    /// <summary>When the next run will be due that none is yet; null when none will be by itself.</summary>
    public DateTimeOffset? NextAt => nextAt;

    /// <summary>How many, and when the next is due: "3 runs, the next at 2026-03-29T01:00:00Z".</summary>
    public override string ToString() =>
        Invariant(
            $"{Claimed.Count} runs, the next {(NextAt is { } at ? Invariant($"at {at.UtcDateTime:O}") : "by nothing but what comes")}"
        );
}
