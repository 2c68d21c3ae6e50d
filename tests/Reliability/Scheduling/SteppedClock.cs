namespace Cano.Reliability.Scheduling;

/// <summary>The readings of a clock that goes on by a minute, and now and then is set.</summary>
internal static class SteppedClock
{
    private const double SetShare = 0.01;
    private const int SetMinutesMax = 600;

    /// <summary>Readings from `from` (the first) until one is `to` or later.</summary>
    public static IEnumerable<DateTime> Readings(Random chance, DateTime from, DateTime to)
    {
        for (
            var now = from;
            now < to;
            now = now.AddMinutes(chance.NextDouble() < SetShare ? Jump(chance) : 1)
        )
            yield return now;
    }

    private static int Jump(Random chance) => chance.Next(-SetMinutesMax, SetMinutesMax + 1);
}
