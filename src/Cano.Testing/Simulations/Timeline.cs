using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cano.Testing;

/// <summary>Something that happened in a simulation.</summary>
/// <param name="At">The virtual time since the beginning.</param>
/// <param name="Process">Which process it happened in, from 1; 0 outside any.</param>
/// <param name="What">What happened, in a few words.</param>
public sealed record TimelineEntry(TimeSpan At, int Process, string What)
{
    /// <summary>The child of the simulated run that it happened to; empty where none is meant.</summary>
    public string RunId { get; init; } = "";

    /// <summary>The stable name of the state; empty where none is meant.</summary>
    public string State { get; init; } = "";

    /// <summary>The attempt, from 1; 0 where none is meant.</summary>
    public int Attempt { get; init; }

    /// <summary>The row's sequence; null where none is meant.</summary>
    public long? Row { get; init; }

    /// <summary>The fault that was put in; null for what the workflow did by itself.</summary>
    public SimulationFaults? Fault { get; init; }

    /// <summary>The columns: time in seconds, process, what, state and attempt.</summary>
    public override string ToString()
    {
        var at = At.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture);
        var where =
            Attempt > 1 ? $"{State} (attempt {Attempt.ToString(CultureInfo.InvariantCulture)})" : State;
        if (RunId.Length > 0)
            where = where.Length > 0 ? $"{RunId}, {where}" : RunId;
        var what = Fault is { } fault ? $"*** {fault}: {What}" : What;
        if (Row is { } row)
            what = $"row {row.ToString(CultureInfo.InvariantCulture)} {what}";
        return $"{at, 12}  {Process.ToString(CultureInfo.InvariantCulture), 3}  {(where.Length == 0 ? "" : where + ": ")}{what}";
    }
}

/// <summary>What happened in a simulated run, in order.</summary>
public sealed class Timeline
{
    private readonly List<TimelineEntry> _entries = [];
    private string? _fingerprint;

    internal Timeline() { }

    /// <summary>The lines.</summary>
    public IReadOnlyList<TimelineEntry> Entries => _entries;

    /// <summary>The faults among them.</summary>
    public IEnumerable<TimelineEntry> Faults => _entries.Where(entry => entry.Fault is not null);

    /// <summary>The same for equal timelines, in every process, and different for others.</summary>
    public string Fingerprint =>
        _fingerprint ??= Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(Exactly())).AsSpan(0, 16)
        );

    /// <summary>The lines, for people.</summary>
    public override string ToString() =>
        string.Join(
            '\n',
            _entries.Select(entry => entry.ToString()).Prepend("  virtual s  process  what happened")
        );

    internal void Add(TimelineEntry entry)
    {
        _entries.Add(entry);
        _fingerprint = null;
    }

    // Times to the tick: what people read is rounded.
    private string Exactly() =>
        string.Join(
            '\n',
            _entries.Select(entry => $"{entry.At.Ticks.ToString(CultureInfo.InvariantCulture)} {entry}")
        );
}
