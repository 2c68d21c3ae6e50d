namespace Cano.Reliability.Scheduling;

/// <summary>A look at a zone's clock.</summary>
/// <param name="Time">What it shows.</param>
/// <param name="Offset">Its offset then.</param>
/// <param name="Shown">The latest time it has shown before.</param>
internal readonly record struct Look(DateTime Time, TimeSpan Offset, DateTime Shown);

/// <summary>When an expression must run, found by looking at the zone's clock again and again.</summary>
/// <param name="Looks">In order, a unit apart.</param>
/// <param name="Unit">How often the clock is looked at.</param>
internal sealed record ClockOracle(IReadOnlyList<Look> Looks, TimeSpan Unit)
{
    /// <summary>Looks at every `unit` from `from` (included) to `to` (excluded). Both are whole units.</summary>
    public static ClockOracle Of(TimeZoneInfo zone, DateTime from, DateTime to, TimeSpan unit)
    {
        // A day and a bit earlier is early enough to have seen the latest time: no clock is set back further.
        var shown = from.AddHours(-26) + zone.GetUtcOffset(from.AddHours(-26));
        for (var instant = from.AddHours(-26); instant < from; instant += TimeSpan.FromMinutes(1))
            shown = Later(shown, instant + zone.GetUtcOffset(instant));
        shown = Later(shown, from.Add(-unit) + zone.GetUtcOffset(from.Add(-unit)));

        var looks = new List<Look>();
        for (var instant = from; instant < to; instant += unit)
        {
            var offset = zone.GetUtcOffset(instant);
            var look = new Look(DateTime.SpecifyKind(instant + offset, DateTimeKind.Unspecified), offset, shown);
            looks.Add(look);
            shown = Later(shown, look.Time);
        }

        return new ClockOracle(looks, unit);
    }

    /// <summary>Every run of an expression within the looks.</summary>
    public List<DateTimeOffset> Occurrences(Written written) =>
        [.. Looks.Where(look => Runs(written, look)).Select(look => new DateTimeOffset(look.Time, look.Offset))];

    private bool Runs(Written written, Look look)
    {
        if (look.Time <= look.Shown) return written.IsInterval && written.Admits(look.Time);
        // One time, unless the clock has skipped some.
        for (var passed = look.Shown + Unit; passed <= look.Time; passed += Unit)
            if (written.Admits(passed)) return true;
        return false;
    }

    private static DateTime Later(DateTime left, DateTime right) => right > left ? right : left;
}
