using System.Text.RegularExpressions;
using Cano.Testing;

namespace Cano.Reliability.Simulating;

/// <summary>What the stopped runs of a sweep came to.</summary>
/// <param name="kind">How they were stopped.</param>
internal sealed partial class StopTally(SimulationFaults kind)
{
    private readonly SortedDictionary<string, int> _statuses = [];

    /// <summary>How many were stopped.</summary>
    public int Stops { get; private set; }

    /// <summary>How many of them at a point behind a row of their own, as against before the first.</summary>
    public int Rows { get; private set; }

    /// <summary>How many while completed steps were being undone.</summary>
    public int InRollbacks { get; private set; }

    /// <summary>How many while nobody worked on the run.</summary>
    public int Idle { get; private set; }

    /// <summary>How many processes died afterwards.</summary>
    public int Deaths { get; private set; }

    /// <summary>How many bodies had begun before the stop and begin again after it.</summary>
    public int BegunAgain { get; private set; }

    /// <summary>What the runs were when they were stopped.</summary>
    public string Statuses =>
        string.Join(", ", _statuses.Select(status => $"{status.Key} {status.Value:N0}"));

    /// <summary>Counts a run; false when its stop came to nothing.</summary>
    public bool Add(SimulatedRun run)
    {
        var lines = run.Timeline.Entries;
        var at = lines.TakeWhile(line => line.Fault != kind).Count();
        if (at == lines.Count)
            return false;
        Stops++;
        var rows = lines.Take(at).Where(line => line.Row is not null).ToArray();
        Rows += rows.Length > 0 ? 1 : 0;
        InRollbacks += rows.Any(row => row.What == nameof(RowKind.RollbackStarted)) ? 1 : 0;
        Idle += lines[at].What.Contains("while nobody worked", StringComparison.Ordinal) ? 1 : 0;
        Deaths += lines.Skip(at).Count(line => line.Fault == SimulationFaults.Crash);
        var before = lines.Take(at).Select(Begun).OfType<string>().ToHashSet();
        BegunAgain += lines.Skip(at).Select(Begun).OfType<string>().Distinct().Count(before.Contains);
        if (StatusPattern().Match(lines[at].What) is { Success: true, Groups: var groups })
            _statuses[groups[1].Value] = _statuses.GetValueOrDefault(groups[1].Value) + 1;
        return true;
    }

    /// <summary>The key of the body that begins; null when none does.</summary>
    private static string? Begun(TimelineEntry line) =>
        line.What.StartsWith("body begins as ", StringComparison.Ordinal) ? line.What : null;

    [GeneratedRegex("^of a run that is ([A-Za-z]+)")]
    private static partial Regex StatusPattern();
}
