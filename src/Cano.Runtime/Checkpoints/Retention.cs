using System.ComponentModel;
using System.Globalization;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano;

/// <summary>What becomes of the rows of a run that has nothing left to resume: one that reached an exit, or
/// undid everything (<see cref="RunStatus.Completed"/>, <see cref="RunStatus.RolledBack"/>,
/// <see cref="RunStatus.Cancelled"/>). Those that a person must see, <see cref="RunStatus.Failed"/> and
/// <see cref="RunStatus.RollbackFailed"/>, stay, unless <see cref="FailuresToo"/>.</summary>
/// <remarks>Runs that are kept count by workflow name. Old ones are forgotten when another run ends, and by
/// <c>ResumeAllAsync</c>.</remarks>
[TypeConverter(typeof(RetentionConverter))]
public sealed record Retention
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

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

    /// <summary>The same of runs that failed or could not undo everything: nobody need have looked at
    /// them.</summary>
    public Retention FailuresToo() => this with { HasFailures = true };

    /// <summary>Reads "clear", "keep", a time as "7.00:00:00" (days, hours, minutes, seconds), or a count as
    /// "last 1000"; in any case, of any culture.</summary>
    /// <exception cref="FormatException">It is none of these, or a time or count out of range.</exception>
    public static Retention Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Trim().ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["clear"] => Clear,
            ["keep"] => Keep,
            ["last", var count]
                when int.TryParse(count, NumberStyles.None, s_culture, out var runs) && runs > 0 => KeepLast(
                runs
            ),
            // A number alone would be read as days.
            [var span]
                when span.Contains(':')
                    && TimeSpan.TryParseExact(span, "c", s_culture, out var age)
                    && age > TimeSpan.Zero => KeepFor(age),
            _ => throw new FormatException(
                $"'{text}' is no retention: write clear, keep, a time above zero as 7.00:00:00, "
                    + "or a count of at least 1 as last 1000"
            ),
        };
    }

    /// <summary>As its maker is called: "KeepLast(5)", "KeepFor(7 d)", "Keep.FailuresToo()".</summary>
    public override string ToString()
    {
        var kept = (Count, Age) switch
        {
            (0, _) => nameof(Clear),
            (null, null) => nameof(Keep),
            (null, { } age) => $"{nameof(KeepFor)}({Words.Span(age)})",
            ({ } count, _) => $"{nameof(KeepLast)}({count})",
        };
        return HasFailures ? $"{kept}.{nameof(FailuresToo)}()" : kept;
    }

    /// <summary>How many ended runs are kept at most; null for any number.</summary>
    internal int? Count { get; private init; }

    /// <summary>How long a run is kept after its end; null for ever.</summary>
    internal TimeSpan? Age { get; private init; }

    /// <summary>Ends that wait for a person count too.</summary>
    internal bool HasFailures { get; private init; }

    /// <summary>Whether the oldest of so many ended runs is to be forgotten.</summary>
    internal bool IsSurplus(int count, DateTimeOffset oldestEnd, DateTimeOffset now) =>
        count > Count || now - oldestEnd >= Age;
}
