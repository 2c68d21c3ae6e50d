namespace Cano.Reliability.Families;

/// <summary>What must hold of all runs of a store, from their rows alone.</summary>
/// <param name="all">The runs, those that were forgotten too.</param>
/// <param name="shapes">The children of a run's state; null when it has none.</param>
/// <param name="retried">The ids of runs that somebody has retried.</param>
/// <param name="hasTotal">Parents have a time of their own.</param>
internal sealed class FamilyLaws(
    IReadOnlyList<Kin> all,
    Func<Kin, string, Shape?> shapes,
    IReadOnlySet<string> retried,
    bool hasTotal
)
{
    private readonly ILookup<string, Kin> _ofId = all.ToLookup(kin => kin.Id);
    private readonly Dictionary<Kin, ParentLaws> _laws = [];

    /// <exception cref="Broken">It does not hold.</exception>
    public void Check()
    {
        foreach (var kin in all)
        {
            var laws = _laws[kin] = new ParentLaws(kin, shapes, _ofId, hasTotal);
            laws.Check();
        }

        foreach (var kin in all)
            if (kin.Parent is not null)
                CheckChild(kin);
    }

    /// <summary>Whether anybody still needs it to go on by itself: a signal is sent to nobody else.</summary>
    public bool IsNeeded(Kin kin, DateTimeOffset now)
    {
        if (kin.IsCancelled)
            return false;
        if (ParentOf(kin) is not { IsCleared: false, HasEnded: false } parent)
            return true;
        var fan = _laws[parent].Fan;
        return fan?.UnderWay.Any(span => span.Start.RunId == kin.Id) != true
            || (fan.Judge(now) is null && IsNeeded(parent, now));
    }

    private Kin? ParentOf(Kin child) =>
        child.Parent is { } parent
            ? _ofId[parent.RunId].FirstOrDefault(kin => kin.Start.Key == parent.Key)
            : null;

    private void CheckChild(Kin kin)
    {
        var first = kin.Rows[0];
        var parent = ParentOf(kin);
        Unless(parent is not null, kin, "names a parent that nobody knows");
        var spans = _laws[parent!].Spans.Where(span => span.Start.RunId == kin.Id).ToArray();
        var span = spans.FirstOrDefault(span => Contains(span, first.At));
        Unless(span is not null, kin, "began, and its parent had not started it");
        var start = span!.Start;
        Unless(
            kin.Start.WorkflowName == start.WorkflowName
                && kin.Start.InitialState == start.InitialState
                && first.Stored.WorkflowVersion == start.WorkflowVersion,
            kin,
            "began as another than it was started as"
        );
        Unless(
            Equals(kin.Start.Input, first.Fact.IsCancelRequested ? null : span.Input),
            kin,
            "was given something else"
        );
        var others = _ofId[kin.Id]
            .Count(other => ParentOf(other) == parent && Contains(span, other.Rows[0].At));
        Unless(others == 1, kin, "began twice");
        foreach (var one in spans)
            Unless(
                kin.ClearTriedAt is not { } cleared
                    || cleared < first.At
                    || !Contains(one, cleared)
                    || parent!.IsCleared,
                kin,
                "was forgotten before its parent had its end"
            );
        if (retried.Contains(kin.Id))
            return;
        Unless(
            kin.IsCleared || kin.HasEnded || parent!.IsCleared || !parent.HasEnded,
            kin,
            "is under way, and its parent has ended"
        );
        for (var i = 1; i < kin.Rows.Count; i++)
            Unless(
                !kin.Rows[i - 1].IsEnd || spans.Any(one => Contains(one, kin.Rows[i].At)),
                kin,
                "goes on, and its parent does not wait for it"
            );
    }

    private static bool Contains(Span span, int at) =>
        span.From.DurableAt < at && (span.To is null || span.To.DurableAt is null || span.To.DurableAt > at);

    private static void Unless(bool holds, Kin kin, string what)
    {
        if (!holds)
            throw new Broken($"{kin.Id} {what}");
    }
}
