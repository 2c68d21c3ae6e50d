using System.Globalization;
using Cano.Kernel;

namespace Cano;

/// <summary>When a flow is going to run. `ToString` gives a table.</summary>
/// <param name="Id">The flow.</param>
/// <param name="Occurrences">The next ones, in order.</param>
public sealed record SchedulePreview(string Id, IReadOnlyList<PlannedOccurrence> Occurrences)
{
    /// <inheritdoc/>
    public bool Equals(SchedulePreview? other) =>
        other is not null && Id == other.Id && Contents.Equal(Occurrences, other.Occurrences);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Contents.Hash(Occurrences));

    /// <summary>The flow, then a line for each occurrence: the local time with its offset, and why it is not
    /// where the expression says, if so.</summary>
    public override string ToString() =>
        Occurrences.Count == 0
            ? $"{Id}: no occurrence"
            : string.Join('\n', Occurrences.Select(occurrence => $"  {occurrence}").Prepend(Id));
}

/// <summary>One occurrence to come.</summary>
/// <param name="At">When, with the offset of the flow's time zone.</param>
/// <param name="Shift">What the zone's clock does to it: why it is later than the expression says, or how
/// often it runs when its time comes twice; null on an ordinary day.</param>
public sealed record PlannedOccurrence(DateTimeOffset At, string? Shift)
{
    private const string Format = "ddd yyyy-MM-dd HH:mm:ss zzz";

    /// <summary>The local time with its offset, and what the zone's clock does to it, if anything.</summary>
    public override string ToString()
    {
        var at = At.ToString(Format, CultureInfo.InvariantCulture);
        return Shift is null ? at : $"{at}  {Shift}";
    }

    /// <summary>An occurrence of a cron expression, with what is odd about it.</summary>
    internal static PlannedOccurrence Of(Cron cron, TimeZoneInfo zone, DateTimeOffset at) =>
        new(at, Told(CronPreview.Shift(cron, zone, at), zone, at));

    private static string? Told(ClockShift shift, TimeZoneInfo zone, DateTimeOffset at) =>
        shift switch
        {
            ClockShift.Skipped skipped =>
                $"{Time(skipped.Meant)} does not exist on {Date(skipped.Meant)} in {zone.Id}: runs at {Time(at.DateTime)}",
            ClockShift.Repeated repeated =>
                $"{Time(at.DateTime)} comes twice on {Date(at.DateTime)} in {zone.Id}: "
                    + (repeated.IsEach ? "runs both times" : "runs the first time only"),
            _ => null,
        };

    private static string Time(DateTime at) =>
        at.ToString(at.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Date(DateTime at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
