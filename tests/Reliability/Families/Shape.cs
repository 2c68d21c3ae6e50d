namespace Cano.Reliability.Families;

internal enum ShapeKind
{
    One,
    Each,
    Named,
}

internal enum JoinKind
{
    All,
    Any,
    Quorum,
    Partial,
    Deadline,
}

/// <summary>The children of a state: how many, of what workflow, and when they are joined.</summary>
/// <param name="Kind">One, one for each item, or three of several workflows.</param>
/// <param name="Child">The workflow of each; not of those that have names.</param>
/// <param name="Items">What they are given.</param>
/// <param name="Join">When the state goes on.</param>
/// <param name="Throws">One that failed fails the parent.</param>
internal sealed record Shape(ShapeKind Kind, string Child, int[] Items, JoinKind Join, bool Throws)
{
    public static readonly string[] Names = ["a", "b", "c"];

    public SplitConfig Config { get; init; } = new();

    /// <summary>So many successes are enough, where a number says so.</summary>
    public int Enough { get; init; } = 1;

    public JoinStrategy Strategy =>
        Join switch
        {
            JoinKind.All => JoinStrategy.All,
            JoinKind.Any => JoinStrategy.Any,
            JoinKind.Quorum => JoinStrategy.Quorum(Enough),
            JoinKind.Partial => JoinStrategy.PartialResults(Enough),
            _ => JoinStrategy.PartialTimeout,
        };

    public static Shape Draw(Random chance)
    {
        var kind = (ShapeKind)chance.Next(3);
        var count = kind switch
        {
            ShapeKind.One => 1,
            ShapeKind.Named => Names.Length,
            _ => chance.Next(0, 5),
        };
        var join = (JoinKind)chance.Next(5);
        TimeSpan? timeout =
            join == JoinKind.Deadline || chance.Next(6) == 0 ? TimeSpan.FromSeconds(chance.Next(2, 9)) : null;
        return new(
            kind,
            chance.Next(6) switch
            {
                < 3 => Kinds.Leaf,
                3 => Kinds.Brief,
                _ => Kinds.Middle,
            },
            [.. Enumerable.Range(0, count).Select(_ => chance.Next(8))],
            join,
            chance.Next(3) == 0
        )
        {
            Enough = chance.Next(1, Math.Max(2, count + 1)),
            Config = new()
            {
                Timeout = timeout,
                Bulkhead = chance.Next(3) == 0 ? chance.Next(1, 3) : null,
                WaitForAll = chance.Next(4) == 0,
            },
        };
    }

    /// <summary>Where the ids of the children end.</summary>
    public string SuffixOf(int index) =>
        Kind switch
        {
            ShapeKind.One => "",
            ShapeKind.Named => $"/{Names[index]}",
            _ => $"/{index}",
        };

    /// <summary>Whether the join needs no more ends: written from the rules, not from the kernel.</summary>
    /// <param name="total">How many children there are.</param>
    /// <param name="succeeded">How many came to an exit.</param>
    /// <param name="failed">How many did not.</param>
    /// <param name="isLate">The time of the children is up.</param>
    /// <returns>Whether it is met; null: it is open.</returns>
    public bool? Judge(int total, int succeeded, int failed, bool isLate)
    {
        var ended = succeeded + failed;
        if (Kind == ShapeKind.One)
            return ended > 0 ? true : null;
        if (total == 0)
            return true;
        var needed = Join switch
        {
            JoinKind.All => total,
            JoinKind.Any => 1,
            JoinKind.Deadline => 0,
            _ => Enough,
        };
        if (ended == total)
            return succeeded >= needed;
        if (isLate)
            return Join == JoinKind.Deadline ? ended > 0 : succeeded >= needed;
        if (Config.WaitForAll || Join == JoinKind.Deadline)
            return null;
        if (succeeded >= needed)
            return true;
        return total - failed < needed ? false : null;
    }
}
