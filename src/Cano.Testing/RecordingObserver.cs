using System.Globalization;
using Cano.Runtime.Data;

namespace Cano.Testing;

/// <summary>A hook that was called.</summary>
/// <param name="Hook">The hook's name: "OnTaskStart".</param>
/// <param name="At">Where the run was.</param>
/// <param name="Detail">What else the hook was told, for people; empty when nothing.</param>
public sealed record ObservedEvent(string Hook, RunPoint At, string Detail = "")
{
    /// <summary>What failed; null when the hook tells of no failure.</summary>
    public CanoError? Error { get; init; }

    /// <summary>The row that the hook tells of; null when it tells of none.</summary>
    public long? Sequence { get; init; }

    /// <summary>A retry's delay, or how long a run that timed out took; null otherwise.</summary>
    public TimeSpan? Span { get; init; }

    /// <summary>The hook, the state, the task when it has a name of its own, and the detail: "OnCheckpoint
    /// Pay 3".</summary>
    public override string ToString()
    {
        var task = string.IsNullOrEmpty(At.Task) || At.Task == At.State ? "" : $"/{At.Task}";
        return $"{Hook} {At.State}{task}{(Detail.Length == 0 ? "" : $" {Detail}")}";
    }
}

/// <summary>An assertion of a <see cref="RecordingObserver"/> did not hold; the message says what was
/// seen.</summary>
public sealed class ObservationException(string message) : Exception(message);

/// <summary>Keeps every hook of the runs it observes, in order, for a test to look at. Safe for concurrent
/// use.</summary>
/// <remarks>The assertions speak of everything recorded: use an observer for each run, or <see cref="Clear"/>
/// it.</remarks>
public sealed class RecordingObserver : IWorkflowObserver
{
    private readonly Lock _gate = new();
    private readonly List<ObservedEvent> _events = [];

    /// <summary>The hooks so far, in order.</summary>
    public IReadOnlyList<ObservedEvent> Events
    {
        get
        {
            lock (_gate)
                return [.. _events];
        }
    }

    /// <summary>The names of the states entered, in order; a state entered twice is there twice.</summary>
    public IReadOnlyList<string> StatesEntered => [.. EntriesOf(Events).Select(entry => entry.At.State)];

    /// <summary>Forgets everything.</summary>
    public void Clear() => Take();

    /// <summary>Hands everything over and forgets it, in one step: nothing that happens meanwhile is
    /// lost.</summary>
    public IReadOnlyList<ObservedEvent> Take()
    {
        lock (_gate)
        {
            ObservedEvent[] taken = [.. _events];
            _events.Clear();
            return taken;
        }
    }

    /// <summary>Exactly these states were entered, in this order.</summary>
    /// <exception cref="ObservationException">They were not.</exception>
    public void AssertPath<TState>(params IEnumerable<TState> states)
        where TState : notnull
    {
        string[] expected = [.. Names(states)];
        var entered = StatesEntered;
        if (entered.SequenceEqual(expected))
            return;
        throw Failure($"Expected the path {Listed(expected)}; entered were {Listed(entered)}.");
    }

    /// <summary>The run ended in this exit: it was entered last, and nothing began or failed there.</summary>
    /// <exception cref="ObservationException">It did not.</exception>
    public void AssertCompletedWith<TState>(TState state)
        where TState : notnull
    {
        var events = Events;
        var name = States<TState>.NameAmong(state, StatesEntered);
        var last = EntriesOf(events).LastOrDefault()?.At.State;
        if (last is null)
            throw Failure($"Expected the exit {name}; no state was entered.");
        if (last != name)
            throw Failure($"Expected the exit {name}; the last state entered was {last}.");
        var after = events.Reverse().TakeWhile(seen => seen.Hook != nameof(OnStateEnter));
        if (after.LastOrDefault(seen => !IsOfExit(seen)) is { } other)
            throw Failure($"Expected the exit {name}; after it was entered came {other}.");
    }

    /// <summary>Each of these states was entered, in whatever order.</summary>
    /// <exception cref="ObservationException">Some were not; the message lists each of them once.</exception>
    public void AssertAllStatesEntered<TState>(params IEnumerable<TState> states)
        where TState : notnull => AssertEntered(Names(states));

    /// <summary>Each state that the workflow has work for was entered: no test forgot one.</summary>
    /// <exception cref="ObservationException">Some were not; the message lists each of them once.</exception>
    public void AssertRegisteredStatesEntered(Definition workflow)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        AssertEntered(workflow.States.Select(state => state.Name));
    }

    /// <summary>Each task and branch that started has exactly one end, and nothing ended that had not
    /// started. A task that is cut off when its run rests has not failed: <see cref="OnSuspended"/> is its
    /// end.</summary>
    /// <exception cref="ObservationException">Some have none or too many; the message lists them.</exception>
    public void AssertTasksPaired()
    {
        var open = new Dictionary<(string? Id, string State, string Task), int>();
        var problems = new List<string>();
        foreach (var seen in Events)
        {
            var (id, state, task, _) = seen.At;
            var key = (id, state, task);
            if (seen.Hook == nameof(OnSuspended))
                foreach (var cut in open.Keys.Where(known => known.Id == id).ToArray())
                    open.Remove(cut);
            if (seen.Hook == nameof(OnTaskStart))
                open[key] = open.GetValueOrDefault(key) + 1;
            if (
                seen.Hook is not (nameof(OnTaskSuccess) or nameof(OnTaskFailure) or nameof(OnBranchNotNeeded))
            )
                continue;
            if (open.GetValueOrDefault(key) == 0)
                problems.Add($"{seen} without a start");
            else
                open[key]--;
        }

        foreach (var (key, count) in open.Where(left => left.Value > 0))
            problems.Add(
                $"{key.State}/{key.Task} started and has {(count == 1 ? "no end" : $"{count} ends too few")}"
            );
        if (problems.Count > 0)
            throw Failure($"Tasks are not paired: {string.Join("; ", problems)}.");
    }

    /// <inheritdoc/>
    public void OnRunStart(RunPoint at) => Add(new(nameof(OnRunStart), at));

    /// <inheritdoc/>
    public void OnRunEnd(RunPoint at, RunEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        Add(new(nameof(OnRunEnd), at, end.Status.ToString()) { Error = end.Error });
    }

    /// <inheritdoc/>
    public void OnStateEnter(RunPoint at) => Add(new(nameof(OnStateEnter), at));

    /// <inheritdoc/>
    public void OnTaskStart(RunPoint at) => Add(new(nameof(OnTaskStart), at));

    /// <inheritdoc/>
    public void OnTaskSuccess(RunPoint at) => Add(new(nameof(OnTaskSuccess), at));

    /// <inheritdoc/>
    public void OnTaskFailure(RunPoint at, CanoError error) =>
        Add(new(nameof(OnTaskFailure), at, error.Category) { Error = error });

    /// <inheritdoc/>
    public void OnBranchNotNeeded(RunPoint at) => Add(new(nameof(OnBranchNotNeeded), at));

    /// <inheritdoc/>
    public void OnRetry(RunPoint at, TimeSpan delay, CanoError error) =>
        Add(
            new(nameof(OnRetry), at, $"{at.Attempt.ToString(CultureInfo.InvariantCulture)}: {delay}")
            {
                Span = delay,
                Error = error,
            }
        );

    /// <inheritdoc/>
    public void OnProgress(RunPoint at, RunProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Add(new(nameof(OnProgress), at, progress.ToString()));
    }

    /// <inheritdoc/>
    public void OnWaiting(RunPoint at, RunWait wait)
    {
        ArgumentNullException.ThrowIfNull(wait);
        Add(new(nameof(OnWaiting), at, wait.ToString()));
    }

    /// <inheritdoc/>
    public void OnSignal(RunPoint at, string signal) => Add(new(nameof(OnSignal), at, signal));

    /// <inheritdoc/>
    public void OnChildStart(RunPoint at, string childRunId) =>
        Add(new(nameof(OnChildStart), at, childRunId));

    /// <inheritdoc/>
    public void OnCompensationStart(RunPoint at) => Add(new(nameof(OnCompensationStart), at));

    /// <inheritdoc/>
    public void OnCompensationSuccess(RunPoint at) => Add(new(nameof(OnCompensationSuccess), at));

    /// <inheritdoc/>
    public void OnCompensationFailure(RunPoint at, CanoError error) =>
        Add(new(nameof(OnCompensationFailure), at, error.Category) { Error = error });

    /// <inheritdoc/>
    public void OnCircuitOpen(RunPoint at) => Add(new(nameof(OnCircuitOpen), at));

    /// <inheritdoc/>
    public void OnCheckpoint(RunPoint at, long sequence) => Add(OfRow(nameof(OnCheckpoint), at, sequence));

    /// <inheritdoc/>
    public void OnResume(RunPoint at, long sequence) => Add(OfRow(nameof(OnResume), at, sequence));

    /// <inheritdoc/>
    public void OnWorkflowTimeout(RunPoint at, TimeSpan elapsed, TimeSpan limit) =>
        Add(new(nameof(OnWorkflowTimeout), at, $"{elapsed} of {limit}") { Span = elapsed });

    /// <inheritdoc/>
    public void OnCancelled(RunPoint at) => Add(new(nameof(OnCancelled), at));

    /// <inheritdoc/>
    public void OnSuspended(RunPoint at) => Add(new(nameof(OnSuspended), at));

    /// <inheritdoc/>
    public void OnCheckpointClearFailed(RunPoint at, CanoError error) =>
        Add(new(nameof(OnCheckpointClearFailed), at, error.Category) { Error = error });

    /// <inheritdoc/>
    public void OnUnknownResumeState(RunPoint at, long sequence) =>
        Add(OfRow(nameof(OnUnknownResumeState), at, sequence));

    private void AssertEntered(IEnumerable<string> names)
    {
        var entered = StatesEntered.ToHashSet();
        string[] missing = [.. names.Where(name => !entered.Contains(name)).Distinct()];
        if (missing.Length > 0)
            throw Failure($"States never entered: {string.Join(", ", missing)}.");
    }

    // What follows the entry of an exit in a run that completes.
    private static bool IsOfExit(ObservedEvent seen) =>
        seen.Hook is nameof(OnCheckpoint) or nameof(OnCheckpointClearFailed) or nameof(OnRunEnd);

    private static ObservedEvent OfRow(string hook, RunPoint at, long sequence) =>
        new(hook, at, sequence.ToString(CultureInfo.InvariantCulture)) { Sequence = sequence };

    private static IEnumerable<ObservedEvent> EntriesOf(IEnumerable<ObservedEvent> events) =>
        events.Where(seen => seen.Hook == nameof(OnStateEnter));

    private IEnumerable<string> Names<TState>(IEnumerable<TState> states)
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(states);
        var entered = StatesEntered;
        return states.Select(state => States<TState>.NameAmong(state, entered));
    }

    private static string Listed(IEnumerable<string> names) => $"[{string.Join(", ", names)}]";

    private static ObservationException Failure(string message) => new(message);

    private void Add(ObservedEvent seen)
    {
        lock (_gate)
            _events.Add(seen);
    }
}
