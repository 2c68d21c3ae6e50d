using Cano.Kernel;

namespace Cano;

// Flows that run a workflow.
public sealed partial class Scheduler
{
    /// <summary>Runs a workflow at once, and then `interval` after each end of a run: a fixed delay, so a
    /// flow never overlaps itself.</summary>
    /// <param name="id">The flow's name; in a journal the ids of its runs begin with it.</param>
    /// <param name="workflow">What is run.</param>
    /// <param name="initial">Where runs start.</param>
    /// <param name="interval">From the end of a run to the start of the next; positive.</param>
    /// <exception cref="CanoException">`configuration`: the id is taken, or the interval is not
    /// positive.</exception>
    public Scheduler Every<TState>(string id, Workflow<TState> workflow, TState initial, TimeSpan interval)
        where TState : notnull => With(id, Interval(id, interval), Of(workflow, initial));

    /// <inheritdoc cref="Every{TState}(string, Workflow{TState}, TState, TimeSpan)"/>
    public Scheduler EverySeconds<TState>(string id, Workflow<TState> workflow, TState initial, int seconds)
        where TState : notnull => Every(id, workflow, initial, TimeSpan.FromSeconds(seconds));

    /// <inheritdoc cref="Every{TState}(string, Workflow{TState}, TState, TimeSpan)"/>
    public Scheduler EveryMinutes<TState>(string id, Workflow<TState> workflow, TState initial, int minutes)
        where TState : notnull => Every(id, workflow, initial, TimeSpan.FromMinutes(minutes));

    /// <inheritdoc cref="Every{TState}(string, Workflow{TState}, TState, TimeSpan)"/>
    public Scheduler EveryHours<TState>(string id, Workflow<TState> workflow, TState initial, int hours)
        where TState : notnull => Every(id, workflow, initial, TimeSpan.FromHours(hours));

    /// <summary>Runs a workflow at the occurrences of a cron expression. One that falls due while the flow
    /// runs, or backs off after a failure, is passed over; that is no failure.</summary>
    /// <param name="id">The flow's name; in a journal the ids of its runs begin with it.</param>
    /// <param name="workflow">What is run.</param>
    /// <param name="initial">Where runs start.</param>
    /// <param name="cron">5 or 6 fields, the first of 6 for seconds; see <see cref="Cano.Cron"/>.</param>
    /// <param name="zone">The time zone it is read in; UTC unless given.</param>
    /// <param name="missed">Whether one run makes up for occurrences that passed while the process was down,
    /// the machine asleep or the flow under way; not unless given. Downtime is known to journaled flows
    /// only.</param>
    /// <exception cref="CanoException">`configuration`: the id is taken, or the expression makes no
    /// sense.</exception>
    public Scheduler Cron<TState>(
        string id,
        Workflow<TState> workflow,
        TState initial,
        string cron,
        TimeZoneInfo? zone = null,
        MissedPolicy missed = MissedPolicy.Skip
    )
        where TState : notnull => With(id, Calendar(id, cron, zone, missed), Of(workflow, initial));

    /// <summary>Runs a workflow only when <see cref="RunningScheduler.TriggerAsync"/> asks for it.</summary>
    /// <exception cref="CanoException">`configuration`: the id is taken.</exception>
    public Scheduler Manual<TState>(string id, Workflow<TState> workflow, TState initial)
        where TState : notnull => With(id, FlowSchedule.Manual, Of(workflow, initial));
}
