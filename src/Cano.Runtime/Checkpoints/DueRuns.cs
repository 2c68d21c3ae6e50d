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

/// <summary>How many due runs of one workflow are asked for.</summary>
/// <param name="Workflow">The workflow.</param>
/// <param name="Max">How many at most; none at 0 or below.</param>
public readonly record struct DueLimit(WorkflowKey Workflow, int Max)
{
    /// <summary>Both: "at most 5 of 'orders', version 2".</summary>
    public override string ToString() => Invariant($"at most {Max} of {Workflow}");
}

/// <summary>Which parked runs a node asks for.</summary>
/// <param name="workflows">Of which workflows, each once; of any other none is claimed.</param>
/// <param name="now">What the asker's clock says: runs wait by the clock of whoever goes on with
/// them.</param>
/// <param name="max">How many in all, at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">None is asked for.</exception>
public sealed class DueQuery(IReadOnlyCollection<DueLimit> workflows, DateTimeOffset now, int max)
{
    /// <summary>Of which workflows, and how many of each; of any other none is claimed.</summary>
    public IReadOnlyCollection<DueLimit> Workflows { get; } =
        workflows ?? throw new ArgumentNullException(nameof(workflows));

    /// <summary>What the asker's clock says.</summary>
    public DateTimeOffset Now => now;

    /// <summary>How many in all, at least 1.</summary>
    public int Max { get; } =
        max >= 1 ? max : throw new ArgumentOutOfRangeException(nameof(max), max, "Ask for at least one.");

    /// <summary>Runs that are left to other nodes: the asker could not go on with them.</summary>
    public IReadOnlyCollection<string> Except { get; init; } = [];

    /// <summary>How many of how many workflows, and by what time: "at most 256 runs of 3 workflows that are
    /// due at 2026-03-29T01:00:00Z".</summary>
    public override string ToString() =>
        Invariant($"at most {Max} runs of {Workflows.Count} workflows that are due at {Now.UtcDateTime:O}");
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
/// <param name="nextAt">When to ask again: when the next run of these workflows will be due that is not yet,
/// or a little later, when one that is was not to be had; null when none will be by itself.</param>
public sealed class DueRuns(IReadOnlyList<DueRun> claimed, DateTimeOffset? nextAt)
{
    /// <summary>Those that were claimed, in no order.</summary>
    public IReadOnlyList<DueRun> Claimed { get; } =
        claimed ?? throw new ArgumentNullException(nameof(claimed));

    /// <summary>When to ask again; null when none will be due by itself.</summary>
    public DateTimeOffset? NextAt => nextAt;

    /// <summary>How many, and when the next is due: "3 runs, the next at 2026-03-29T01:00:00Z".</summary>
    public override string ToString() =>
        Invariant(
            $"{Claimed.Count} runs, the next {(NextAt is { } at ? Invariant($"at {at.UtcDateTime:O}") : "by nothing but what comes")}"
        );
}
