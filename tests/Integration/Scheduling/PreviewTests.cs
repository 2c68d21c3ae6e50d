namespace Cano.Integration.Scheduling;

public sealed class PreviewTests
{
    private static readonly TimeZoneInfo s_berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private readonly Bench _bench = new();

    [Fact]
    [Trait("ID", "Y17")]
    public void A_preview_says_why_an_occurrence_is_shifted()
    {
        var preview = Nightly("30 2 * * *")
            .Preview("nightly", 3, new DateTimeOffset(2026, 3, 28, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(
            """
            nightly
              Sat 2026-03-28 02:30:00 +01:00
              Sun 2026-03-29 03:00:00 +02:00  02:30 does not exist on 2026-03-29 in Europe/Berlin: runs at 03:00
              Mon 2026-03-30 02:30:00 +02:00
            """.ReplaceLineEndings("\n"),
            preview.ToString()
        );
        Assert.Equal(
            [null, "02:30 does not exist on 2026-03-29 in Europe/Berlin: runs at 03:00", null],
            preview.Occurrences.Select(it => it.Shift)
        );
    }

    [Theory]
    [Trait("ID", "Y17")]
    [InlineData(
        "30 2 * * *",
        new[] { "+02:00 02:30 comes twice on 2026-10-25 in Europe/Berlin: runs the first time only" }
    )]
    [InlineData(
        "*/30 2 * * *",
        new[]
        {
            "+02:00 02:00 comes twice on 2026-10-25 in Europe/Berlin: runs both times",
            "+02:00 02:30 comes twice on 2026-10-25 in Europe/Berlin: runs both times",
            "+01:00 02:00 comes twice on 2026-10-25 in Europe/Berlin: runs both times",
            "+01:00 02:30 comes twice on 2026-10-25 in Europe/Berlin: runs both times",
        }
    )]
    public void A_preview_says_how_often_a_time_that_comes_twice_runs(string cron, string[] expected)
    {
        var day = Nightly(cron)
            .Preview("nightly", 10, new DateTimeOffset(2026, 10, 24, 22, 0, 0, TimeSpan.Zero))
            .Occurrences;
        Assert.Equal(expected, day.TakeWhile(it => it.At.Day == 25).Select(it => $"{it.At:zzz} {it.Shift}"));
    }

    [Theory]
    [Trait("ID", "Y17")]
    // Standard time in summer, and daylight saving that takes an hour away in winter.
    [InlineData("Europe/Dublin", "2027-10-31")]
    // Ramadan: the base is left for a month.
    [InlineData("Africa/Casablanca", "2027-02-07")]
    // The country's own time was changed for good.
    [InlineData("Europe/Moscow", "2014-10-26")]
    public void A_time_that_comes_twice_is_told_whatever_the_change_is_called(string zone, string date)
    {
        var scheduler = _bench.Scheduler.Cron(
            "half",
            _bench.Marking(),
            Stage.Start,
            "*/30 1,2 * * *",
            TimeZoneInfo.FindSystemTimeZoneById(zone)
        );
        var told = scheduler
            .Preview("half", 20, DateTimeOffset.Parse($"{date}Z").AddHours(-6))
            .Occurrences.Where(it => it.Shift is not null)
            .Select(it => it.Shift!)
            .ToList();
        Assert.Equal(4, told.Count);
        Assert.All(
            told,
            shift => Assert.Contains($" comes twice on {date} in {zone}: runs both times", shift)
        );
    }

    [Fact]
    [Trait("ID", "Y17")]
    public void An_interval_over_a_skipped_hour_is_not_shifted()
    {
        var day = Nightly("*/30 * * * *")
            .Preview("nightly", 4, new DateTimeOffset(2026, 3, 29, 0, 0, 0, TimeSpan.Zero))
            .Occurrences;
        Assert.Equal(["01:30", "03:00", "03:30", "04:00"], day.Select(it => it.At.ToString("HH:mm")));
        Assert.All(day, it => Assert.Null(it.Shift));
    }

    [Fact]
    [Trait("ID", "Q5")]
    public void A_preview_is_what_will_happen()
    {
        var scheduler = _bench
            .Scheduler.Cron("cron", _bench.Marking(), Stage.Start, "0 0 2 * * *")
            .EverySeconds("interval", _bench.Marking(), Stage.Start, 30)
            .Manual("manual", _bench.Marking(), Stage.Start)
            .Cron("never", _bench.Marking(), Stage.Start, "0 0 30 2 *");
        var now = _bench.Time.GetUtcNow();
        Assert.Equal(
            [now.Date.AddHours(2), now.Date.AddHours(26)],
            scheduler.Preview("cron", 2).Occurrences.Select(it => it.At.UtcDateTime)
        );
        Assert.Equal(
            [now, now.AddSeconds(30), now.AddSeconds(60)],
            scheduler.Preview("interval", 3).Occurrences.Select(it => it.At)
        );
        Assert.Empty(scheduler.Preview("manual", 5).Occurrences);
        Assert.Equal("never: no occurrence", scheduler.Preview("never", 5).ToString());
        Assert.Equal("configuration", Failures.Of(() => scheduler.Preview("lost", 1)).Category);
    }

    private Scheduler Nightly(string cron) =>
        _bench.Scheduler.Cron("nightly", _bench.Marking(), Stage.Start, cron, s_berlin);
}
