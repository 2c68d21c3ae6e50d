namespace Cano.Reliability.Scheduling;

/// <summary>A zone's clock changes at an instant (UTC).</summary>
internal sealed record ClockChange(TimeZoneInfo Zone, DateTime At)
{
    public override string ToString() => $"{Zone.Id} at {At:u}";
}

/// <summary>The changes of every zone that the machine knows.</summary>
internal static class ClockChanges
{
    private static readonly DateTime s_from = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime s_to = new(2041, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>From 2000 to 2040, zone after zone.</summary>
    public static IReadOnlyList<ClockChange> All { get; } =
    [.. TimeZoneInfo.GetSystemTimeZones().OrderBy(zone => zone.Id, StringComparer.Ordinal).SelectMany(Of)];

    private static IEnumerable<ClockChange> Of(TimeZoneInfo zone)
    {
        // No zone has changed twice within a day.
        for (var day = s_from; day < s_to; day = day.AddDays(1))
            if (zone.GetUtcOffset(day) != zone.GetUtcOffset(day.AddDays(1)))
                yield return new ClockChange(zone, Within(zone, day));
    }

    /// <summary>The first minute of the new offset.</summary>
    private static DateTime Within(TimeZoneInfo zone, DateTime day)
    {
        var minute = day.AddMinutes(1);
        while (zone.GetUtcOffset(minute) == zone.GetUtcOffset(day))
            minute = minute.AddMinutes(1);
        return minute;
    }
}
