using System.Globalization;

namespace Cano.Testing;

/// <summary>What many seeds came to, all of them sound.</summary>
public sealed class SimulationReport
{
    private readonly List<string> _fingerprints = [];
    private readonly SortedDictionary<SimulationFaults, int> _faults = [];

    /// <summary>How many seeds were run.</summary>
    public int SeedCount => _fingerprints.Count;

    /// <summary>How many runs reached an exit.</summary>
    public int CompletedCount { get; private set; }

    /// <summary>How many runs failed.</summary>
    public int FailedCount => SeedCount - CompletedCount;

    /// <summary>How many processes it took.</summary>
    public int ProcessCount { get; private set; }

    /// <summary>How many rows became durable, those of children included.</summary>
    public int RowCount { get; private set; }

    /// <summary>How many children began.</summary>
    public int ChildCount { get; private set; }

    /// <summary>How many decisions of the kernel were checked against their replay.</summary>
    public int DecisionCount { get; private set; }

    /// <summary>How often each fault struck.</summary>
    public IReadOnlyDictionary<SimulationFaults, int> Faults => _faults;

    /// <summary>The fingerprint of each seed's timeline, in the order of the seeds.</summary>
    public IReadOnlyList<string> Fingerprints => _fingerprints;

    /// <summary>The figures in a line: print it, and see that the faults one fears did strike.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{SeedCount} seeds: {CompletedCount} completed, {FailedCount} failed; {ProcessCount} processes, {ChildrenText()}{RowCount} rows, {DecisionCount} decisions; "
        )
        + string.Join(
            ", ",
            _faults.Select(fault => $"{fault.Key} {fault.Value.ToString(CultureInfo.InvariantCulture)}")
        );

    private string ChildrenText() =>
        ChildCount == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{ChildCount} children, ");

    internal void Add(SimulatedRun run)
    {
        _fingerprints.Add(run.Timeline.Fingerprint);
        if (run.IsCompleted)
            CompletedCount++;
        ProcessCount += run.ProcessCount;
        RowCount += run.Rows.Count + run.ChildRows.Values.Sum(rows => rows.Count);
        ChildCount += run.ChildRows.Count;
        DecisionCount += run.DecisionCount;
        foreach (var entry in run.Timeline.Entries)
            if (entry.Fault is { } fault)
                _faults[fault] = _faults.GetValueOrDefault(fault) + 1;
    }
}
