using System.Globalization;
using Cano.Reliability.Clusters.Processes;

namespace Cano.Reliability.Clusters;

/// <summary>What the nodes' ledgers tell together.</summary>
internal sealed class Ledgers
{
    private readonly Dictionary<(string Run, string What), Effect> _effects = [];
    private readonly Dictionary<string, (string Run, string What)> _keys = [];
    private readonly HashSet<(string Run, long Sequence)> _rows = [];

    /// <summary>What cannot be, whatever the database holds.</summary>
    public List<string> Breaches { get; } = [];

    /// <summary>By run and what it was.</summary>
    public IReadOnlyDictionary<(string Run, string What), Effect> Effects => _effects;

    /// <summary>Every row that was acknowledged.</summary>
    public IReadOnlyCollection<(string Run, long Sequence)> Rows => _rows;

    /// <summary>How many rows of those who had lost their runs were refused.</summary>
    public int Refused { get; private set; }

    public static Ledgers Read(string folder)
    {
        var ledgers = new Ledgers();
        foreach (var file in Directory.EnumerateFiles(folder, "*.ledger"))
        foreach (var line in File.ReadLines(file))
            ledgers.Hear(line.Split(' '));
        return ledgers;
    }

    public Effect? Find(string run, string what) => _effects.GetValueOrDefault((run, what));

    private void Hear(string[] words)
    {
        var run = words.ElementAtOrDefault(1) ?? "";
        // A line that was cut off belongs to nobody: its process died in it.
        switch (words)
        {
            case [nameof(LedgerMark.Row), _, var sequence]:
                if (!_rows.Add((run, Number(sequence))))
                    Breaches.Add($"row {sequence} of {run} was acknowledged twice");
                break;
            case [nameof(LedgerMark.Refused), ..]:
                Refused++;
                break;
            case [nameof(LedgerMark.Begun), _, var what, var key, var attempt, var fence, _]:
                var begun = Of(run, what, key);
                if (!begun.Begun.Add((Number(fence), Number(attempt))))
                    Breaches.Add($"{what} of {run} was begun twice in attempt {attempt} under fence {fence}");
                break;
            case [nameof(LedgerMark.Done), _, var what, var key, _, _, var note]:
                var done = Of(run, what, key);
                done.Done++;
                done.Notes.Add(note);
                break;
            case [nameof(LedgerMark.Undone), _, _, var key, _, _, var note]:
                // Named by what it undoes.
                var undone = Of(run, $"undo {note}", key);
                undone.Done++;
                break;
            default:
                Breaches.Add($"a ledger has the line {string.Join(' ', words)}");
                break;
        }
    }

    private Effect Of(string run, string what, string key)
    {
        if (!_effects.TryGetValue((run, what), out var effect))
            _effects.Add((run, what), effect = new Effect(key));
        if (effect.Key != key)
            Breaches.Add($"{what} of {run} has the keys {effect.Key} and {key}");
        if (_keys.TryGetValue(key, out var other) && other != (run, what))
            Breaches.Add($"{what} of {run} has the key {key} of {other.What} of {other.Run}");
        _keys[key] = (run, what);
        return effect;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>One effect of a run, however often it was made.</summary>
/// <param name="Key">Its key.</param>
internal sealed record Effect(string Key)
{
    /// <summary>The fences and attempts under which it was begun.</summary>
    public HashSet<(long Fence, long Attempt)> Begun { get; } = [];

    public int Done { get; set; }

    /// <summary>What was noted with it.</summary>
    public HashSet<string> Notes { get; } = [];
}
