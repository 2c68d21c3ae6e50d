using Cano.Kernel;

namespace Cano;

// Flows that run many instances at once: a run of them is one run of the flow. It fails when an instance
// fails, unless the strategy has a quota and so many have completed.
public sealed partial class Scheduler
{
    /// <inheritdoc cref="Every{TState}(string, Workflow{TState}, TState, TimeSpan)"/>
    public Scheduler Every<TState>(string id, ConcurrentWorkflow<TState> workflow, TimeSpan interval)
        where TState : notnull => With(id, Interval(id, interval), Of(workflow));

    /// <inheritdoc cref="Every{TState}(string, Workflow{TState}, TState, TimeSpan)"/>
    public Scheduler EverySeconds<TState>(string id, ConcurrentWorkflow<TState> workflow, int seconds)
        where TState : notnull => Every(id, workflow, TimeSpan.FromSeconds(seconds));

    /// <inheritdoc cref="Every{TState}(string, Workflow{TState}, TState, TimeSpan)"/>
    public Scheduler EveryMinutes<TState>(string id, ConcurrentWorkflow<TState> workflow, int minutes)
        where TState : notnull => Every(id, workflow, TimeSpan.FromMinutes(minutes));

    /// <inheritdoc cref="Every{TState}(string, Workflow{TState}, TState, TimeSpan)"/>
    public Scheduler EveryHours<TState>(string id, ConcurrentWorkflow<TState> workflow, int hours)
        where TState : notnull => Every(id, workflow, TimeSpan.FromHours(hours));

    /// <inheritdoc cref="Cron{TState}(string, Workflow{TState}, TState, string, TimeZoneInfo?, MissedPolicy)"/>
    public Scheduler Cron<TState>(
        string id,
        ConcurrentWorkflow<TState> workflow,
        string cron,
        TimeZoneInfo? zone = null,
        MissedPolicy missed = MissedPolicy.Skip
    )
        where TState : notnull => With(id, Calendar(id, cron, zone, missed), Of(workflow));

    /// <inheritdoc cref="Manual{TState}(string, Workflow{TState}, TState)"/>
    public Scheduler Manual<TState>(string id, ConcurrentWorkflow<TState> workflow)
        where TState : notnull => With(id, FlowSchedule.Manual, Of(workflow));
}
