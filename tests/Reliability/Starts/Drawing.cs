namespace Cano.Reliability.Starts;

/// <summary>Draws deeds, the likely ones more often.</summary>
internal sealed class Drawing
{
    private static readonly DeedKind[] s_often =
    [
        DeedKind.Start,
        DeedKind.Start,
        DeedKind.GetOrStart,
        DeedKind.GetOrStart,
        DeedKind.Retry,
        DeedKind.Retry,
        DeedKind.Cancel,
        DeedKind.Forget,
        DeedKind.Suspend,
        DeedKind.Resume,
        DeedKind.Resume,
        DeedKind.Wait,
        DeedKind.Let,
        DeedKind.Let,
        DeedKind.Let,
        DeedKind.Break,
    ];

    private readonly Random _chance;
    private readonly Plot[] _plots;

    public Drawing(Random chance)
    {
        _chance = chance;
        _plots = [.. Enumerable.Range(0, chance.Next(1, 4)).Select(_ => (Plot)chance.Next(3))];
        Ids = [.. _plots.Select((_, i) => $"run-{i}")];
    }

    public IReadOnlyList<string> Ids { get; }

    public Deed Next() => Of(_chance.Next(Ids.Count));

    /// <summary>Some at once, most of them to one run.</summary>
    public List<Deed> Several()
    {
        var id = _chance.Next(Ids.Count);
        return
        [
            .. Enumerable
                .Range(0, _chance.Next(2, 6))
                .Select(_ => Of(_chance.Next(4) == 0 ? _chance.Next(Ids.Count) : id)),
        ];
    }

    private Deed Of(int id)
    {
        var kind = s_often[_chance.Next(s_often.Length)];
        var plot = _chance.Next(8) == 0 ? (Plot)_chance.Next(3) : _plots[id];
        return kind is DeedKind.Suspend or DeedKind.Resume or DeedKind.Wait
            ? new Deed(kind, null)
            : new Deed(kind, Ids[id], plot, _chance.Next(3) > 0);
    }
}
