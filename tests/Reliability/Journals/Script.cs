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

    private const int DeadRounds = 12;

    private const int DeadBytes = 30_000;

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

    /// <summary>Appends of unfinished runs, and what is sent to them, at least so many bytes of rows: the
    /// whole log stays.</summary>
    public static IReadOnlyList<Deed> Filling(Random chance, long bytes)
    {
        var script = new Script(chance);
        while (bytes > 0)
        {
            var id = Ids[chance.Next(Ids.Length)];
            if (script._runs.ContainsKey(id) && chance.Next(4) == 0)
                script.Do(script.Accept(id));
            var append = script.Append(id);
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
            case < 50 when state.Next > 0 && !state.IsOver:
                Do(Accept(id));
                break;
            case 50:
                WearOut();
                break;
            default:
                if (state.IsOver)
                    Do(new Deed.Clear(id));
                else
                    Do(Deferred(Append(id)));
                break;
        }
    }

    private void DrawGroup()
    {
        var deeds = Ids.Where(_ => _chance.Next(2) == 0)
            .Where(id => !_runs.GetValueOrDefault(id, RunState.Unknown).IsOver)
            .Select(AppendOrAccept)
            .ToArray();
        if (deeds.Length < 2)
            return;

        _deeds.Add(new Deed.Together(deeds));
        foreach (var deed in deeds)
            Follow(deed);
    }

    /// <summary>Fills the log with what nobody needs: the runs of its beginning are moved to its
    /// end.</summary>
    private void WearOut()
    {
        for (var round = 0; round < DeadRounds; round++)
        {
            var row = Payloads.Row(_chance, sequence: 0) with { Payload = new byte[DeadBytes] };
            Do(new Deed.Append("worn", row, RunState.Unknown.Fence));
            Do(new Deed.Clear("worn"));
        }
    }

    private void Do(Deed.OfRun deed)
    {
        _deeds.Add(deed);
        Follow(deed);
    }

    private void Follow(Deed.OfRun deed) =>
        _runs[deed.Run] = _runs.GetValueOrDefault(deed.Run, RunState.Unknown).After(deed);

    /// <summary>Only the entry of a state may be, which takes nothing of the inbox.</summary>
    private Deed.Append Deferred(Deed.Append append) =>
        append with
        {
            IsDeferred = append.Row.Kind == RowKind.StateEntered && _chance.Next(3) > 0,
        };

    private Deed.OfRun AppendOrAccept(string id) =>
        _runs.GetValueOrDefault(id, RunState.Unknown).Next > 0 && _chance.Next(4) == 0
            ? Accept(id)
            : Append(id);

    private Deed.Append Append(string id)
    {
        var state = _runs.GetValueOrDefault(id, RunState.Unknown);
        var row = Payloads.Row(_chance, state.Next);
        if (state.Inbox.Count > 0 && _chance.Next(3) == 0)
            row = Payloads.Taking(row, state.Inbox[_chance.Next(state.Inbox.Count)]);
        return new Deed.Append(id, row, state.Fence);
    }

    private Deed.Accept Accept(string id)
    {
        var item = Payloads.Item(_chance);
        return new(id, item, _runs[id].Keeps(item));
    }
}
