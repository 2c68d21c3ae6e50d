namespace Cano.Reliability.Journals;

/// <summary>Draws the deeds of a writer: several runs at once that begin, grow, are claimed, snapshot, end,
/// are cleared and begin again.</summary>
internal sealed class Script
{
    private static readonly string[] Ids =
    [
        "a",
        "order-17",
        "b/2",
        "bestellung-äöü",
        "long-" + new string('x', 300),
        "c",
        "d",
        "e",
    ];

    private readonly Random _chance;
    private readonly Dictionary<string, RunState> _runs = [];
    private readonly List<Deed> _deeds = [];

    private Script(Random chance) => _chance = chance;

    /// <summary>So many deeds, none of which a sound store refuses.</summary>
    /// <param name="chance">Draws them.</param>
    /// <param name="count">How many.</param>
    /// <param name="reopens">Whether the journal is closed and opened on the way.</param>
    public static IReadOnlyList<Deed> Draw(Random chance, int count, bool reopens = true)
    {
        var script = new Script(chance);
        while (script._deeds.Count < count)
            script.DrawOne(reopens);
        return script._deeds;
    }

    /// <summary>Appends of unfinished runs, at least so many bytes of them: the whole log stays.</summary>
    public static IReadOnlyList<Deed> Filling(Random chance, long bytes)
    {
        var script = new Script(chance);
        while (bytes > 0)
        {
            var append = script.Append(Ids[chance.Next(Ids.Length)]);
            append = append with { Row = append.Row with { Kind = RowKind.CursorAdvanced } };
            script.Do(append);
            bytes -= append.Row.ToBytes().Length;
        }

        return script._deeds;
    }

    private void DrawOne(bool reopens)
    {
        var id = Ids[_chance.Next(Ids.Length)];
        var state = _runs.GetValueOrDefault(id, RunState.Unknown);
        switch (_chance.Next(100))
        {
            case < 5:
                _deeds.Add(new Deed.Pause());
                break;
            case < 7 when reopens:
                _deeds.Add(new Deed.Reopen());
                break;
            case < 17:
                DrawGroup();
                break;
            case < 25 when state.Next > 0 && !state.IsOver:
                Do(new Deed.Claim(id, state.Fence + 1));
                break;
            case < 30 when state.Next > 0:
                Do(new Deed.Clear(id));
                break;
            default:
                if (state.IsOver)
                    Do(new Deed.Clear(id));
                else
                    Do(Append(id));
                break;
        }
    }

    private void DrawGroup()
    {
        var appends = Ids.Where(_ => _chance.Next(2) == 0)
            .Where(id => !_runs.GetValueOrDefault(id, RunState.Unknown).IsOver)
            .Select(Append)
            .ToArray();
        if (appends.Length < 2)
            return;

        _deeds.Add(new Deed.Together(appends));
        foreach (var append in appends)
            Follow(append);
    }

    private void Do(Deed.OfRun deed)
    {
        _deeds.Add(deed);
        Follow(deed);
    }

    private void Follow(Deed.OfRun deed) =>
        _runs[deed.Run] = _runs.GetValueOrDefault(deed.Run, RunState.Unknown).After(deed);

    private Deed.Append Append(string id)
    {
        var state = _runs.GetValueOrDefault(id, RunState.Unknown);
        return new Deed.Append(id, Payloads.Row(_chance, state.Next), state.Fence);
    }
}
