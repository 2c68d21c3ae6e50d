using System.Collections.Immutable;
using Cano.CSharp.Scheduling;
using Cano.Kernel;
using Cano.Runtime.Errors;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano;

/// <summary>Flows and when they are run: at an interval, by cron, or when asked. Immutable: adding returns a
/// copy.</summary>
/// <remarks>One scheduler holds flows of different states. Its clock drives schedules only; workflows keep
/// their own. A flow never overlaps itself, and slows down when it fails
/// (<see cref="SetBackoff"/>).</remarks>
public sealed partial class Scheduler
{
    private readonly ImmutableList<FlowRegistration> _flows;
    private readonly ImmutableDictionary<string, int> _places;
    private readonly TimeProvider _time;

    /// <summary>No flows yet.</summary>
    /// <param name="time">The clock of the schedules; the system's unless given.</param>
    public Scheduler(TimeProvider? time = null)
        : this([], ImmutableDictionary<string, int>.Empty, time ?? TimeProvider.System) { }

    /// <param name="flows">In the order of registration.</param>
    /// <param name="places">Where each stands among them, by its id.</param>
    /// <param name="time">The clock.</param>
    private Scheduler(
        ImmutableList<FlowRegistration> flows,
        ImmutableDictionary<string, int> places,
        TimeProvider time
    )
    {
        _flows = flows;
        _places = places;
        _time = time;
    }

    /// <summary>What happens when a flow fails; the default policy applies to flows that were not given
    /// one.</summary>
    /// <exception cref="CanoException">`configuration`: there is no such flow.</exception>
    public Scheduler SetBackoff(string id, BackoffPolicy policy)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(policy);
        if (!_places.TryGetValue(id, out var at))
            throw InvalidConfiguration.Of(FlowRegistration.Unknown(id));
        return new Scheduler(_flows.SetItem(at, _flows[at] with { Backoff = policy }), _places, _time);
    }

    /// <summary>Checks every flow, sets their resources up in the order of registration, and starts the
    /// schedules. Runs that an earlier process left unfinished in a journal go on at once.</summary>
    /// <param name="cancellationToken">Gives up starting; later it stops the scheduler.</param>
    /// <exception cref="CanoException">`configuration`: every problem of every flow, and nothing was touched;
    /// otherwise why resources or journals are not usable, and what had been set up is torn down
    /// again.</exception>
    public Task<RunningScheduler> StartAsync(CancellationToken cancellationToken = default) =>
        BeginAsync(cancellationToken, cancellationToken);

    /// <summary>The same flows, whose runs somebody else works on, by that one's clock.</summary>
    /// <exception cref="CanoException">`configuration`: every problem of every flow, or why a workflow cannot
    /// be worked on there.</exception>
    internal Scheduler In(IFlowRuns runs, TimeProvider time)
    {
        InvalidConfiguration.ThrowIfAny([.. _flows.SelectMany(flow => flow.Problems())]);
        return new Scheduler([.. _flows.Select(flow => flow.In(runs))], _places, time);
    }

    /// <summary>The flows, in the order of registration.</summary>
    internal IEnumerable<string> Ids => _flows.Select(flow => flow.Id);

    /// <param name="starting">Gives up starting.</param>
    /// <param name="stop">Stops the scheduler later.</param>
    internal async Task<RunningScheduler> BeginAsync(CancellationToken starting, CancellationToken stop)
    {
        InvalidConfiguration.ThrowIfAny([
            .. _flows.SelectMany(flow => flow.Problems()),
            .. _flows.Where(flow => flow.Work.IsOfHost).Select(flow => flow.IsOfHostText),
        ]);
        var resources = new FlowResources(_flows);
        await resources.SetupAsync(starting).ConfigureAwait(false);
        try
        {
            if (starting.IsCancellationRequested)
                throw new CanoException(CanoError.Of(Fault.Cancelled));
            var time = GuardedClock.Around(_time, Logger);
            var flows = new List<ScheduledFlow>();
            var stored = new StoredOccurrences();
            foreach (var flow in _flows)
            {
                var journal = await FlowJournal.OpenAsync(flow, stored, time).ConfigureAwait(false);
                flows.Add(new ScheduledFlow(flow, journal, time));
            }

            return RunningScheduler.Start(flows, resources, time, stop);
        }
        catch
        {
            await resources.TeardownAsync().ConfigureAwait(false);
            throw;
        }
    }

    // It has none of its own: what is wrong with its clock is told where the first flow tells its own.
    private ILogger Logger =>
        _flows.SelectMany(flow => flow.Work.Members).FirstOrDefault(FlowMember.None).Logger;

    private Scheduler With(string id, FlowSchedule schedule, IFlowWork work)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (_places.ContainsKey(id))
            throw InvalidConfiguration.Of($"Two flows have the id '{id}'");
        var flows = _flows.Add(new FlowRegistration(id, schedule, work));
        return new Scheduler(flows, _places.Add(id, _flows.Count), _time);
    }

    private static FlowSchedule Interval(string id, TimeSpan interval) =>
        interval > TimeSpan.Zero
            ? FlowSchedule.NewEvery(interval)
            : throw InvalidConfiguration.Of($"flow '{id}': the interval {interval} is not positive");

    private static FlowSchedule Calendar(string id, string cron, TimeZoneInfo? zone, MissedPolicy missed)
    {
        ArgumentNullException.ThrowIfNull(cron);
        try
        {
            return FlowSchedule.NewCalendar(Cano.Cron.Parse(cron), zone ?? TimeZoneInfo.Utc, missed);
        }
        catch (FormatException refusal)
        {
            throw InvalidConfiguration.Of($"flow '{id}': {UserText.MessageOf(refusal)}");
        }
    }

    private static FlowWork<TState> Of<TState>(
        Workflow<TState> workflow,
        TState initial,
        FlowInput? input = null
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(workflow);
        ArgumentNullException.ThrowIfNull(initial);
        return new FlowWork<TState>(workflow, initial, input, OwnRuns.All);
    }

    private static ConcurrentFlowWork<TState> Of<TState>(ConcurrentWorkflow<TState> workflow)
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(workflow);
        return new ConcurrentFlowWork<TState>(workflow, OwnRuns.All);
    }
}
