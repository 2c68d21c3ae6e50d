using Cano.CSharp.Engine;
using Cano.Runtime.Errors;

namespace Cano;

// Schedules whose runs are the engine's.
public sealed partial class CanoEngine
{
    private readonly List<(RunningScheduler Scheduler, string[] Flows)> _schedules = [];
    private readonly HashSet<string> _beginning = [];

    /// <summary>Starts schedules whose runs are runs of this engine: they are listed, found, cancelled,
    /// suspended and gone on with like all others, and kept where all others are. The workflows of its flows
    /// are added.</summary>
    /// <param name="schedule">Adds flows; see <see cref="Scheduler"/>. The clock is the engine's.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The schedules at work, until they are stopped or the engine is disposed of.
    /// <see cref="SuspendAsync"/> holds them, <see cref="ResumeAsync"/> lets them go on.</returns>
    /// <exception cref="CanoException">`configuration`: every problem of every flow, a flow that is scheduled
    /// already, or a workflow that cannot be added; `suspended`: the engine is; `checkpoint_store`: what is
    /// known of the flows cannot be read.</exception>
    public async Task<RunningScheduler> ScheduleAsync(
        Func<Scheduler, Scheduler> schedule,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ThrowIfDisposed();
        if (_runs.IsSuspended)
            throw EngineErrors.Suspended();
        var time = _runs.Basis.Time;
        var given = schedule(new Scheduler(time)) ?? throw InvalidConfiguration.Of("The schedule is null");
        var flows = given.Ids.ToArray();
        lock (_schedules)
        {
            InvalidConfiguration.ThrowIfAny([.. AlreadyScheduled(flows)]);
            _beginning.UnionWith(flows);
        }

        RunningScheduler? running = null;
        try
        {
            var bound = given.In(new EngineFlowRuns(this, _runs, _isInMemory), time);
            running = await bound.BeginAsync(cancellationToken, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            lock (_schedules)
            {
                _beginning.ExceptWith(flows);
                if (running is not null)
                    _schedules.Add((running, flows));
            }
        }

        // The engine may have been suspended meanwhile.
        if (_runs.IsSuspended)
            running.Hold();
        return running;
    }

    private IEnumerable<string> AlreadyScheduled(string[] flows) =>
        from flow in flows
        where _beginning.Contains(flow) || Schedules.Any(other => other.Flows.Contains(flow))
        select $"flow '{flow}' is scheduled by this engine already: stop that scheduler first, or give this one another id";

    /// <summary>Those at work.</summary>
    private (RunningScheduler Scheduler, string[] Flows)[] Schedules
    {
        get
        {
            lock (_schedules)
            {
                _schedules.RemoveAll(other => other.Scheduler.IsStopping);
                return [.. _schedules];
            }
        }
    }

    /// <summary>Nothing is due until <see cref="ReleaseSchedulesAsync"/>.</summary>
    private void HoldSchedules()
    {
        foreach (var (scheduler, _) in Schedules)
            scheduler.Hold();
    }

    private Task ReleaseSchedulesAsync() =>
        Task.WhenAll(Schedules.Select(schedule => schedule.Scheduler.ReleaseAsync()));

    /// <summary>Their runs rest by now; their resources are torn down.</summary>
    private Task StopSchedulesAsync() =>
        Task.WhenAll(Schedules.Select(schedule => schedule.Scheduler.StopAsync(_options.StopGrace)));
}
