using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace Cano.Benchmarks.Workloads;

/// <summary>What a schedule pays to know its next occurrence.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[Unit("call")]
public class ScheduleBenchmarks
{
    private const int Calls = 10_000;

    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Not in step with the hours or days, so that calls fall on every time of a year and near its clock
    // changes.
    private static readonly TimeSpan s_apart = TimeSpan.FromSeconds(3_137);

    private readonly Cron _cron = Cron.Parse("0 2 * * *");
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
    private readonly Func<DateTimeOffset, DateTimeOffset> _next;
    private readonly Func<DateTimeOffset, DateTimeOffset> _floorNext;

    public ScheduleBenchmarks()
    {
        _next = after => _cron.Next(after, _zone)!.Value;
        _floorNext = ByHand;
    }

    [BenchmarkCategory("cron_next")]
    [Benchmark(Description = "cron_next", OperationsPerInvoke = Calls)]
    public void CronNext() => Repeat(_next);

    [BenchmarkCategory("cron_next")]
    [Benchmark(Description = "floor_cron_next", OperationsPerInvoke = Calls, Baseline = true)]
    public void FloorCronNext() => Repeat(_floorNext);

    /// <summary>Two o'clock written by hand: to the zone's clock, on to the hour, and back.</summary>
    private DateTimeOffset ByHand(DateTimeOffset after)
    {
        var time = TimeZoneInfo.ConvertTime(after, _zone).DateTime;
        var two = time.Date.AddHours(2);
        if (two <= time)
            two = two.AddDays(1);
        // A skipped hour: by hand, the one after it.
        if (_zone.IsInvalidTime(two))
            two = two.AddHours(1);
        return new DateTimeOffset(two, _zone.GetUtcOffset(two));
    }

    private static void Repeat(Func<DateTimeOffset, DateTimeOffset> next)
    {
        var after = s_start;
        for (var i = 0; i < Calls; i++, after += s_apart)
            if (next(after) <= after)
                throw new InvalidOperationException("The next occurrence is not later.");
    }
}
