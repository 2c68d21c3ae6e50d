using Cano.Kernel;

namespace Cano;

/// <summary>What becomes of the rows of a run that has nothing left to resume: one that reached an exit, or
/// undid everything.</summary>
/// <remarks>Runs that are kept count by workflow name. Old ones are forgotten when another run ends, and by
/// <c>ResumeAllAsync</c>.</remarks>
public sealed record Retention
{
    private Retention() { }

    /// <summary>They are forgotten at once. The default.</summary>
    public static Retention Clear { get; } = new() { Count = 0 };

    /// <summary>They are kept until somebody clears them.</summary>
    public static Retention Keep { get; } = new();

    /// <summary>They are kept for a time, above zero, after the run's end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The span is not above zero.</exception>
    public static Retention KeepFor(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero);
        return new() { Age = span };
    }

    /// <summary>Those of so many runs, at least 1, are kept: of the newest by their ends.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static Retention KeepLast(int runs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        return new() { Count = runs };
    }

    /// <summary>As its maker is called: "KeepLast(5)", "KeepFor(7 d)".</summary>
    public override string ToString() =>
        (Count, Age) switch
        {
            (0, _) => nameof(Clear),
            (null, null) => nameof(Keep),
            (null, { } age) => $"{nameof(KeepFor)}({Words.Span(age)})",
            ({ } count, _) => $"{nameof(KeepLast)}({count})",
        };

    /// <summary>How many ended runs are kept at most; null for any number.</summary>
    internal int? Count { get; private init; }

    /// <summary>How long a run is kept after its end; null for ever.</summary>
    internal TimeSpan? Age { get; private init; }

    /// <summary>Whether the oldest of so many ended runs is to be forgotten.</summary>
    internal bool IsSurplus(int count, DateTimeOffset oldestEnd, DateTimeOffset now) =>
        count > Count || now - oldestEnd >= Age;
}
