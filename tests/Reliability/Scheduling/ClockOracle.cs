using System.Globalization;

namespace Cano.Reliability.Scheduling;

/// <summary>A look at a zone's clock.</summary>
/// <param name="Time">What it shows.</param>
/// <param name="Offset">Its offset then.</param>
/// <param name="Shown">The latest time it has shown before.</param>
/// <param name="IsTwice">Whether it shows this time twice.</param>
internal readonly record struct Look(DateTime Time, TimeSpan Offset, DateTime Shown, bool IsTwice);

/// <summary>When an expression must run, found by looking at the zone's clock again and again.</summary>
/// <param name="Looks">In order, a unit apart.</param>
/// <param name="Unit">How often the clock is looked at.</param>
internal sealed record ClockOracle(IReadOnlyList<Look> Looks, TimeSpan Unit)
{
    private static readonly TimeSpan s_far = TimeSpan.FromHours(26);

    /// <summary>Looks at every `unit` from `from` (included) to `to` (excluded). Both are whole
    /// units.</summary>
    public static ClockOracle Of(TimeZoneInfo zone, DateTime from, DateTime to, TimeSpan unit)
    {
        // A day and a bit earlier is early enough to have seen the latest time: no clock is set back further.
        var twice = Twice(zone, from - s_far, to + s_far);
        var shown = Minutes(from - s_far, from).Select(instant => instant + zone.GetUtcOffset(instant)).Max();
        shown = Later(shown, from.Add(-unit) + zone.GetUtcOffset(from.Add(-unit)));

        var looks = new List<Look>();
        for (var instant = from; instant < to; instant += unit)
        {
            var offset = zone.GetUtcOffset(instant);
            var time = DateTime.SpecifyKind(instant + offset, DateTimeKind.Unspecified);
            var look = new Look(time, offset, shown, twice.Contains(Minute(time)));
            looks.Add(look);
            shown = Later(shown, look.Time);
        }

        return new ClockOracle(looks, unit);
    }

    /// <summary>Every run of an expression within the looks.</summary>
    public List<DateTimeOffset> Occurrences(Written written) => [.. Runs(written).Select(run => run.At)];

    /// <summary>What must be told of each run: nothing, that its time comes twice, or which time the clock
    /// skipped.</summary>
    public List<string?> Shifts(Written written, TimeZoneInfo zone) =>
        [.. Runs(written).Select(run => Shift(written, zone, run.Look, run.Meant))];

    private IEnumerable<(Look Look, DateTimeOffset At, DateTime Meant)> Runs(Written written) =>
        from look in Looks
        let meant = Meant(written, look)
        where meant is not null
        select (look, new DateTimeOffset(look.Time, look.Offset), meant.Value);

    /// <summary>The admitted time that makes the expression run now.</summary>
    private DateTime? Meant(Written written, Look look)
    {
        if (look.Time <= look.Shown)
            return written.IsInterval && written.Admits(look.Time) ? look.Time : null;
        // One time, unless the clock has skipped some.
        for (var passed = look.Shown + Unit; passed <= look.Time; passed += Unit)
            if (written.Admits(passed))
                return passed;
        return null;
    }

    private static string? Shift(Written written, TimeZoneInfo zone, Look look, DateTime meant)
    {
        if (!written.Admits(look.Time))
            return $"{Told(meant)} does not exist on {meant:yyyy-MM-dd} in {zone.Id}: runs at {Told(look.Time)}";
        var runs = written.IsInterval ? "both times" : "the first time only";
        return look.IsTwice
            ? $"{Told(look.Time)} comes twice on {look.Time:yyyy-MM-dd} in {zone.Id}: runs {runs}"
            : null;
    }

    private static string Told(DateTime time) =>
        time.ToString(time.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The minutes that the clock shows more than once.</summary>
    private static HashSet<DateTime> Twice(TimeZoneInfo zone, DateTime from, DateTime to)
    {
        var shown = new HashSet<DateTime>();
        return
        [
            .. Minutes(from, to)
                .Select(instant => Minute(instant + zone.GetUtcOffset(instant)))
                .Where(time => !shown.Add(time)),
        ];
    }

    private static IEnumerable<DateTime> Minutes(DateTime from, DateTime to)
    {
        for (var instant = from; instant < to; instant += TimeSpan.FromMinutes(1))
            yield return instant;
    }

    private static DateTime Minute(DateTime time) =>
        new(time.Year, time.Month, time.Day, time.Hour, time.Minute, 0);

    private static DateTime Later(DateTime left, DateTime right) => right > left ? right : left;
}
