namespace Cano.Faster.Recovery;

/// <summary>Where a found row stands to the rows of its run that were found before it.</summary>
internal enum FoundPlace
{
    /// <summary>Row 0 of a run that has rows already.</summary>
    Anew,

    /// <summary>The row that was expected.</summary>
    Next,

    /// <summary>Any other: rows between are missing, or it came before.</summary>
    Elsewhere,
}

/// <summary>What is held against a run before the row.</summary>
internal enum FoundDoubt
{
    None,

    /// <summary>A gap may have held the run's next row.</summary>
    Doubt,

    /// <summary>Rows are known to be gone.</summary>
    Damage,
}

/// <summary>What becomes of a run when one of its rows is found.</summary>
internal enum RowDecision
{
    /// <summary>The row is added.</summary>
    Keep,

    /// <summary>What is held against the run is taken back, and the row is added.</summary>
    Mend,

    /// <summary>The run was cleared, and its clear was lost, which takes nothing from anybody: it begins with
    /// this row.</summary>
    BeginAnew,

    /// <summary>The run is damaged: the row that was expected is missing.</summary>
    Missing,

    /// <summary>The run is damaged: the rows before this one may be those of a run of the same id that was
    /// cleared.</summary>
    Torn,
}

/// <summary>One line of the table by which recovery decides on a row. Null stands for any value.</summary>
/// <param name="Label">The line's name; the test of each line carries it.</param>
/// <param name="Place">Where the row stands.</param>
/// <param name="IsSnapshot">Whether it says all that the rows before it say.</param>
/// <param name="Doubt">What is held against the run.</param>
/// <param name="IsTorn">Whether the run may have been cleared and begun anew within a gap before the
/// row.</param>
/// <param name="Decision">What follows.</param>
internal sealed record RowRule(
    char Label,
    FoundPlace Place,
    bool? IsSnapshot,
    FoundDoubt? Doubt,
    bool? IsTorn,
    RowDecision Decision
)
{
    private static readonly FoundPlace[] s_places = Enum.GetValues<FoundPlace>();
    private static readonly FoundDoubt[] s_doubts = Enum.GetValues<FoundDoubt>();

    /// <summary>The table. Exactly one line matches any row.</summary>
    public static IReadOnlyList<RowRule> Table { get; } =
    [
        //  label  place                 snapshot  doubt              torn   decision
        new('A', FoundPlace.Anew, null, null, null, RowDecision.BeginAnew),
        new('B', FoundPlace.Next, true, null, null, RowDecision.Mend),
        new('C', FoundPlace.Next, false, null, true, RowDecision.Torn),
        new('D', FoundPlace.Next, false, FoundDoubt.None, false, RowDecision.Keep),
        new('E', FoundPlace.Next, false, FoundDoubt.Doubt, false, RowDecision.Mend),
        new('F', FoundPlace.Next, false, FoundDoubt.Damage, false, RowDecision.Keep),
        new('G', FoundPlace.Elsewhere, true, null, null, RowDecision.Mend),
        new('H', FoundPlace.Elsewhere, false, null, null, RowDecision.Missing),
    ];

    // A million rows are decided on at an opening: each input's line is looked up once, here.
    private static readonly RowDecision[] s_decisions = [.. Inputs().Select(Only)];

    /// <summary>The decision on a row.</summary>
    public static RowDecision Of(FoundPlace place, bool isSnapshot, FoundDoubt doubt, bool isTorn) =>
        s_decisions[
            (((((int)place * 2) + (isSnapshot ? 1 : 0)) * s_doubts.Length) + (int)doubt) * 2
                + (isTorn ? 1 : 0)
        ];

    /// <summary>Every input there is, in the order in which decisions are kept.</summary>
    public static IEnumerable<(FoundPlace Place, bool IsSnapshot, FoundDoubt Doubt, bool IsTorn)> Inputs() =>
        from place in s_places
        from isSnapshot in new[] { false, true }
        from doubt in s_doubts
        from isTorn in new[] { false, true }
        select (place, isSnapshot, doubt, isTorn);

    /// <summary>Whether this line decides on the input.</summary>
    public bool Matches((FoundPlace Place, bool IsSnapshot, FoundDoubt Doubt, bool IsTorn) input) =>
        Place == input.Place
        && (IsSnapshot is null || IsSnapshot == input.IsSnapshot)
        && (Doubt is null || Doubt == input.Doubt)
        && (IsTorn is null || IsTorn == input.IsTorn);

    private static RowDecision Only(
        (FoundPlace Place, bool IsSnapshot, FoundDoubt Doubt, bool IsTorn) input
    ) => Table.Single(rule => rule.Matches(input)).Decision;
}
