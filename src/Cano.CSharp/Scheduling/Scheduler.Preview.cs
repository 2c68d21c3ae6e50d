using Cano.CSharp.Scheduling;
using Cano.Kernel;
using Cano.Runtime.Errors;

namespace Cano;

// What is going to happen, without starting anything.
public sealed partial class Scheduler
{
    /// <summary>When a flow would run next: of cron, the occurrences after `from`, each with what clock
    /// changes do to it; of an interval, from `from` on as if runs took no time; of a manual flow,
    /// none.</summary>
    /// <param name="id">The flow.</param>
    /// <param name="count">How many at most, not negative.</param>
    /// <param name="from">Now, unless given.</param>
    /// <exception cref="CanoException">`configuration`: there is no such flow.</exception>
    public SchedulePreview Preview(string id, int count, DateTimeOffset? from = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var flow =
            _flows.Find(flow => flow.Id == id) ?? throw InvalidConfiguration.Of(FlowRegistration.Unknown(id));
        var start = from ?? _time.GetUtcNow();
        return new SchedulePreview(id, [.. Planned(flow.Schedule, start).Take(count)]);
    }

    private static IEnumerable<PlannedOccurrence> Planned(FlowSchedule schedule, DateTimeOffset start) =>
        schedule switch
        {
            FlowSchedule.Every every => Ticks(every.Interval, start),
            FlowSchedule.Calendar calendar => calendar
                .Cron.Between(start + TimeSpan.FromTicks(1), DateTimeOffset.MaxValue, calendar.Zone)
                .Select(at => PlannedOccurrence.Of(calendar.Cron, calendar.Zone, at)),
            _ => [],
        };

    private static IEnumerable<PlannedOccurrence> Ticks(TimeSpan interval, DateTimeOffset start)
    {
        for (var at = start; ; at += interval)
        {
            yield return new PlannedOccurrence(at, null);
            if (DateTimeOffset.MaxValue - at < interval)
                yield break;
        }
    }
}
