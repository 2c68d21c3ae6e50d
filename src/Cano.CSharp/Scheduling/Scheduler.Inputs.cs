using Cano.CSharp.Scheduling;
using Cano.Kernel;

namespace Cano;

// Flows whose runs are given something.
public sealed partial class Scheduler
{
    /// <inheritdoc cref="Every{TState}(string, Workflow{TState}, TState, TimeSpan)"/>
    /// <param name="id">The flow's name; in a journal the ids of its runs begin with it.</param>
    /// <param name="workflow">What is run.</param>
    /// <param name="initial">Where runs start.</param>
    /// <param name="interval">From the end of a run to the start of the next; positive.</param>
    /// <param name="input">What the run of an occurrence is given, asked once an occurrence and journaled
    /// with it. The occurrence is an instant in UTC.</param>
    public Scheduler Every<TState, TInput>(
        string id,
        Workflow<TState> workflow,
        TState initial,
        TimeSpan interval,
        Func<DateTimeOffset, TInput> input
    )
        where TState : notnull =>
        With(id, Interval(id, interval), Of(workflow, initial, FlowInput.From(input)));

    /// <inheritdoc cref="Every{TState, TInput}(string, Workflow{TState}, TState, TimeSpan,
    /// Func{DateTimeOffset, TInput})"/>
    public Scheduler EverySeconds<TState, TInput>(
        string id,
        Workflow<TState> workflow,
        TState initial,
        int seconds,
        Func<DateTimeOffset, TInput> input
    )
        where TState : notnull => Every(id, workflow, initial, TimeSpan.FromSeconds(seconds), input);

    /// <inheritdoc cref="Every{TState, TInput}(string, Workflow{TState}, TState, TimeSpan,
    /// Func{DateTimeOffset, TInput})"/>
    public Scheduler EveryMinutes<TState, TInput>(
        string id,
        Workflow<TState> workflow,
        TState initial,
        int minutes,
        Func<DateTimeOffset, TInput> input
    )
        where TState : notnull => Every(id, workflow, initial, TimeSpan.FromMinutes(minutes), input);

    /// <inheritdoc cref="Every{TState, TInput}(string, Workflow{TState}, TState, TimeSpan,
    /// Func{DateTimeOffset, TInput})"/>
    public Scheduler EveryHours<TState, TInput>(
        string id,
        Workflow<TState> workflow,
        TState initial,
        int hours,
        Func<DateTimeOffset, TInput> input
    )
        where TState : notnull => Every(id, workflow, initial, TimeSpan.FromHours(hours), input);

    /// <inheritdoc cref="Cron{TState}(string, Workflow{TState}, TState, string, TimeZoneInfo?, MissedPolicy)"/>
    /// <param name="id">The flow's name; in a journal the ids of its runs begin with it.</param>
    /// <param name="workflow">What is run.</param>
    /// <param name="initial">Where runs start.</param>
    /// <param name="cron">5 or 6 fields, the first of 6 for seconds; see <see cref="Cano.Cron"/>.</param>
    /// <param name="input">What the run of an occurrence is given, asked once an occurrence and journaled
    /// with it. The occurrence is an instant in UTC.</param>
    /// <param name="zone">The time zone it is read in; UTC unless given.</param>
    /// <param name="missed">Whether one run makes up for occurrences that passed; not unless given.</param>
    public Scheduler Cron<TState, TInput>(
        string id,
        Workflow<TState> workflow,
        TState initial,
        string cron,
        Func<DateTimeOffset, TInput> input,
        TimeZoneInfo? zone = null,
        MissedPolicy missed = MissedPolicy.Skip
    )
        where TState : notnull =>
        With(id, Calendar(id, cron, zone, missed), Of(workflow, initial, FlowInput.From(input)));

    /// <inheritdoc cref="Manual{TState}(string, Workflow{TState}, TState)"/>
    /// <param name="id">The flow's name; in a journal the ids of its runs begin with it.</param>
    /// <param name="workflow">What is run.</param>
    /// <param name="initial">Where runs start.</param>
    /// <param name="input">What the run of an occurrence is given, asked once an occurrence and journaled
    /// with it. The occurrence is an instant in UTC.</param>
    public Scheduler Manual<TState, TInput>(
        string id,
        Workflow<TState> workflow,
        TState initial,
        Func<DateTimeOffset, TInput> input
    )
        where TState : notnull => With(id, FlowSchedule.Manual, Of(workflow, initial, FlowInput.From(input)));
}
