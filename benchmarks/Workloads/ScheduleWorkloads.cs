using Cano.Benchmarks.Quick;

namespace Cano.Benchmarks.Workloads;

/// <summary>What a schedule pays to know its next occurrence.</summary>
public static class ScheduleWorkloads
{
    public static (string, Func<Workload>)[] All => [("cron_next", CronNext), ("floor_cron_next", FloorCronNext)];

    private const int Calls = 10_000;

    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Not in step with the hours or days, so that calls fall on every time of a year and near its clock changes.
    private static readonly TimeSpan s_apart = TimeSpan.FromSeconds(3_137);

    private static Workload CronNext()
    {
        var cron = Cron.Parse("0 2 * * *");
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        return Repeat("cron_next", after => cron.Next(after, zone)!.Value);
    }

    /// <summary>Two o'clock written by hand: to the zone's clock, on to the hour, and back.</summary>
    private static Workload FloorCronNext()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        return Repeat("floor_cron_next", after =>
        {
            var time = TimeZoneInfo.ConvertTime(after, zone).DateTime;
            var two = time.Date.AddHours(2);
            if (two <= time) two = two.AddDays(1);
            // A skipped hour: by hand, the one after it.
            if (zone.IsInvalidTime(two)) two = two.AddHours(1);
            return new DateTimeOffset(two, zone.GetUtcOffset(two));
        });
    }

    private static Workload Repeat(string name, Func<DateTimeOffset, DateTimeOffset> next) =>
        new(name, "call", Calls, () =>
        {
            var after = s_start;
            for (var i = 0; i < Calls; i++, after += s_apart)
                if (next(after) <= after) throw new InvalidOperationException("The next occurrence is not later.");
            return Task.CompletedTask;
        });
}
