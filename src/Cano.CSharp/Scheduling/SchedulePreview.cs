using System.Globalization;

namespace Cano;

/// <summary>When a flow is going to run. `ToString` gives a table.</summary>
/// <param name="Id">The flow.</param>
/// <param name="Occurrences">The next ones, in order.</param>
public sealed record SchedulePreview(string Id, IReadOnlyList<PlannedOccurrence> Occurrences)
{
    private const string Format = "ddd yyyy-MM-dd HH:mm:ss zzz";

    /// <summary>The flow, then a line for each occurrence: the local time with its offset, and why it is not where the
    /// expression says, if so.</summary>
    public override string ToString() =>
        Occurrences.Count == 0
            ? $"{Id}: no occurrence"
            : string.Join('\n', Occurrences.Select(Line).Prepend(Id));

    private static string Line(PlannedOccurrence occurrence)
    {
        var at = occurrence.At.ToString(Format, CultureInfo.InvariantCulture);
        return occurrence.Shift is null ? $"  {at}" : $"  {at}  {occurrence.Shift}";
    }
}

/// <summary>One occurrence to come.</summary>
/// <param name="At">When, with the offset of the flow's time zone.</param>
/// <param name="Shift">What the zone's clock does to it: why it is later than the expression says, or how often it runs
/// when its time comes twice; null on an ordinary day.</param>
public sealed record PlannedOccurrence(DateTimeOffset At, string? Shift)
{
    private static readonly TimeSpan s_instant = TimeSpan.FromTicks(1);

    /// <summary>An occurrence of a cron expression, with what is odd about it.</summary>
    internal static PlannedOccurrence Of(Cron cron, TimeZoneInfo zone, DateTimeOffset at) =>
        new(at, Skipped(cron, zone, at) ?? Repeated(cron, zone, at));

    /// <summary>The clock has just been set forward over the time that was meant.</summary>
    private static string? Skipped(Cron cron, TimeZoneInfo zone, DateTimeOffset at)
    {
        var gap = at.Offset - zone.GetUtcOffset(at - s_instant);
        // On a clock that never changes, the expression admits what it says.
        var local = new DateTimeOffset(at.DateTime, TimeSpan.Zero);
        if (gap <= TimeSpan.Zero || cron.Next(local - s_instant) == local) return null;
        return cron.Next(local - gap - s_instant) is { } meant && meant < local
            ? $"{Time(meant)} does not exist on {Date(meant)} in {zone.Id}: runs at {Time(at)}"
            : null;
    }

    /// <summary>The clock shows this time twice, for it is set back in between.</summary>
    private static string? Repeated(Cron cron, TimeZoneInfo zone, DateTimeOffset at)
    {
        if (!zone.IsAmbiguousTime(at.DateTime)) return null;
        var offsets = zone.GetAmbiguousTimeOffsets(at.DateTime);
        var (first, second) = (new DateTimeOffset(at.DateTime, offsets.Max()), new DateTimeOffset(at.DateTime, offsets.Min()));
        var runs = Runs(first) && Runs(second) ? "both times" : at == first ? "the first time only" : "the second time only";
        return $"{Time(at)} comes twice on {Date(at)} in {zone.Id}: runs {runs}";

        bool Runs(DateTimeOffset instant) => cron.Next(instant - s_instant, zone) == instant;
    }

    private static string Time(DateTimeOffset at) =>
        at.ToString(at.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Date(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
