namespace Cano.Reliability.Scheduling;

/// <summary>A cron expression, and by hand what it says.</summary>
/// <param name="Text">The expression.</param>
/// <param name="IsInterval">Whether a time that the clock shows twice counts twice.</param>
/// <param name="Admits">Whether the schedule admits a time on the zone's clock, a whole second.</param>
internal sealed record Written(string Text, bool IsInterval, Func<DateTime, bool> Admits)
{
    /// <summary>Read once, by what is under test.</summary>
    public Cron Cron { get; } = Cron.Parse(Text);

    /// <summary>Expressions that admit whole minutes only.</summary>
    public static IReadOnlyList<Written> OfMinutes { get; } =
    [
        new("0 0 * * *", false, t => t is { Hour: 0, Minute: 0 }),
        new("30 0 * * *", false, t => t is { Hour: 0, Minute: 30 }),
        new("0 1 * * *", false, t => t is { Hour: 1, Minute: 0 }),
        new("30 1 * * *", false, t => t is { Hour: 1, Minute: 30 }),
        new("15,45 2,3 * * *", false, t => t is { Hour: 2 or 3, Minute: 15 or 45 }),
        new("59 23 * * *", false, t => t is { Hour: 23, Minute: 59 }),
        new("0 12 L * ?", false, t => t is { Hour: 12, Minute: 0 } && t.AddDays(1).Day == 1),
        new(
            "20 0,2 * * SUN#1",
            false,
            t => t is { Hour: 0 or 2, Minute: 20, DayOfWeek: DayOfWeek.Sunday, Day: <= 7 }
        ),
        new(
            "30 2 * MAR,OCT SUNL",
            false,
            t =>
                t is { Hour: 2, Minute: 30, Month: 3 or 10, DayOfWeek: DayOfWeek.Sunday }
                && t.AddDays(7).Month != t.Month
        ),
        new("*/5 * * * *", true, t => t.Minute % 5 == 0),
        new("30 * * * *", true, t => t.Minute == 30),
        new("*/20 0-3 * * *", true, t => t.Hour <= 3 && t.Minute % 20 == 0),
        new(
            "10 22-2/2 * * FRI-MON",
            true,
            t =>
                t
                    is {
                        Hour: 22 or 0 or 2,
                        Minute: 10,
                        DayOfWeek: not (DayOfWeek.Tuesday or DayOfWeek.Wednesday or DayOfWeek.Thursday)
                    }
        ),
        new("50 */6 1-15 * *", true, t => t is { Minute: 50, Day: <= 15 } && t.Hour % 6 == 0),
    ];

    /// <summary>Expressions that tell seconds apart.</summary>
    public static IReadOnlyList<Written> OfSeconds { get; } =
    [
        new("59 59 0,1,2,23 * * *", false, t => t is { Hour: 0 or 1 or 2 or 23, Minute: 59, Second: 59 }),
        new("1 0 0,1,2,3 * * *", false, t => t is { Hour: <= 3, Minute: 0, Second: 1 }),
        new("*/45 */10 * * * *", true, t => t.Second is 0 or 45 && t.Minute % 10 == 0),
    ];
}
