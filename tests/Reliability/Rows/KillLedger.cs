using System.Globalization;
using Cano.Reliability.Children;

namespace Cano.Reliability.Rows;

/// <summary>What processes told of one run before they were killed, against what the journal holds of
/// it.</summary>
internal sealed class KillLedger(string trial, int run)
{
    private readonly HashSet<string> _tried = [];
    private readonly List<string> _kept = [];
    private readonly List<CheckpointRow> _rows = [];

    public string Id { get; } = Worker.IdOf(trial, run);

    /// <summary>How many rows were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    private bool IsStepped => run % 4 == 2;

    /// <summary>Takes in what a process told. The rows at hand are those it began with.</summary>
    public void Hear(IEnumerable<string> lines)
    {
        foreach (
            var words in lines
                .Select(line => line.Split(' ', 3))
                .Where(words => words.Length == 3 && words[1] == Id)
        )
            switch (words)
            {
                case ["try", _, var row]:
                    _tried.Add(row);
                    break;
                case ["ack", _, var row]:
                    Keep(row);
                    break;
                case ["start", _, var place]:
                    Start(int.Parse(place, CultureInfo.InvariantCulture));
                    break;
                case ["undo", _, var state]:
                    Check(!Undone().Contains(state), $"state {state} was undone again after its row");
                    break;
                case ["wrong", _, var message]:
                    Check(false, message);
                    break;
            }
    }

    /// <summary>Holds the journal's rows against the acknowledged and the attempted ones.</summary>
    public void Compare(IReadOnlyList<CheckpointRow> rows)
    {
        var bytes = rows.Select(row => Convert.ToBase64String(row.ToBytes())).ToList();
        for (var i = 0; i < rows.Count; i++)
        {
            Check(rows[i].Sequence == i, $"row {i} has sequence {rows[i].Sequence}");
            Check(_tried.Contains(bytes[i]), $"row {i} is a phantom");
        }

        for (var i = 0; i < _kept.Count; i++)
            Check(i < bytes.Count && bytes[i] == _kept[i], $"row {i} was acknowledged, and is lost");

        // What was read once has to stay as well.
        foreach (var row in bytes.Skip(_kept.Count))
            Add(row);
    }

    /// <summary>Holds the ended run against what it had to do.</summary>
    public void CheckEnd()
    {
        var fails = KillWorkflows.FailsOnPurpose(run);
        var end = fails ? RowKind.RollbackFinished : RowKind.Finished;
        Check(_rows is [.., var last] && last.Kind == end, $"it did not end with {end}");
        var completed = _rows
            .Where(row => row.Kind == RowKind.StepCompleted)
            .Select(row => row.State)
            .Reverse();
        Check(
            Undone().SequenceEqual(fails ? completed : []),
            "what was undone is not what was done, in reverse"
        );
        if (IsStepped)
            Check(StepsDone() == KillWorkflows.States, $"{StepsDone()} steps are recorded");
    }

    private void Keep(string row)
    {
        Acknowledged++;
        Add(row);
    }

    private void Add(string row)
    {
        _kept.Add(row);
        _rows.Add(CheckpointRow.FromBytes(Convert.FromBase64String(row)));
    }

    /// <summary>Work begins after the row that stands for it, and never before what the rows have behind
    /// them.</summary>
    private void Start(int place)
    {
        var newest = _rows.LastOrDefault();
        if (IsStepped)
            Check(place == StepsDone(), $"step {place} was run where {StepsDone()} were recorded");
        else
            Check(
                newest is { Kind: RowKind.StateEntered }
                    && newest.State == place.ToString(CultureInfo.InvariantCulture),
                $"state {place} was run after {newest?.Kind} of {newest?.State}"
            );
    }

    private int StepsDone() => _rows.Count(row => row.Kind == RowKind.CursorAdvanced);

    private List<string> Undone() =>
        [.. _rows.Where(row => row.Kind == RowKind.Compensated).Select(row => row.State)];

    private void Check(bool holds, string problem) => Broken.Unless(holds, $"run {Id}: {problem}");
}
