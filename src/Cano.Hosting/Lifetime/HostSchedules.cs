namespace Cano.Hosting.Lifetime;

/// <summary>A schedule that a host was told of.</summary>
internal sealed record ScheduleRegistration(Func<IServiceProvider, Scheduler, Scheduler> Add);

/// <summary>The schedules of a host: one scheduler for all of them.</summary>
internal sealed class HostSchedules(
    IServiceProvider services,
    IEnumerable<ScheduleRegistration> registrations
)
{
    /// <summary>Starts them as the engine's; gives null when there are none.</summary>
    /// <exception cref="CanoException">`configuration`.</exception>
    public async Task<RunningScheduler?> StartAsync(CanoEngine engine, CancellationToken cancel)
    {
        ScheduleRegistration[] all = [.. registrations];
        return all.Length == 0 ? null : await engine.ScheduleAsync(AddAll, cancel).ConfigureAwait(false);

        Scheduler AddAll(Scheduler scheduler) =>
            all.Aggregate(scheduler, (former, one) => one.Add(services, former));
    }
}
