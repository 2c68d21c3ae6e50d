using System.Collections.Immutable;
using Cano.CSharp;
using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Time;
using LanguageExt;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano;

/// <summary>Many instances of workflows at once, waited for as a strategy says. Immutable: adding returns a
/// copy.</summary>
public sealed class ConcurrentWorkflow<TState>
    where TState : notnull
{
    private readonly ConcurrentStrategy _strategy;
    private readonly ImmutableList<ConcurrentInstance<TState>> _instances;
    private ImmutableArray<ConcurrentInstance<TState>> _inOrder;
    private readonly ImmutableHashSet<string> _names;
    private readonly int? _limit;
    private readonly TimeProvider _time;

    /// <summary>No instances yet.</summary>
    public ConcurrentWorkflow(ConcurrentStrategy strategy)
        : this(
            strategy ?? throw new ArgumentNullException(nameof(strategy)),
            [],
            [],
            null,
            TimeProvider.System
        ) { }

    private ConcurrentWorkflow(
        ConcurrentStrategy strategy,
        ImmutableList<ConcurrentInstance<TState>> instances,
        ImmutableHashSet<string> names,
        int? limit,
        TimeProvider time
    )
    {
        _strategy = strategy;
        _instances = instances;
        _names = names;
        _limit = limit;
        _time = time;
    }

    /// <summary>Adds an instance; its name tells it apart in the results, and is its run's id.</summary>
    public ConcurrentWorkflow<TState> AddInstance(string name, Workflow<TState> workflow, TState initial)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return AddInstances([name], workflow, initial);
    }

    /// <summary>Adds an instance of the same workflow for each name.</summary>
    public ConcurrentWorkflow<TState> AddInstances(
        IEnumerable<string> names,
        Workflow<TState> workflow,
        TState initial
    )
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(workflow);
        ArgumentNullException.ThrowIfNull(initial);
        return AddInstances(names.Select(name => (name, workflow, initial)));
    }

    /// <summary>Adds instances.</summary>
    /// <exception cref="ArgumentException">Two instances share a name.</exception>
    public ConcurrentWorkflow<TState> AddInstances(
        IEnumerable<(string Name, Workflow<TState> Workflow, TState Initial)> instances
    )
    {
        ArgumentNullException.ThrowIfNull(instances);
        var names = _names.ToBuilder();
        var added = instances
            .Select(instance => new ConcurrentInstance<TState>(
                instance.Name,
                instance.Workflow,
                instance.Initial
            ))
            .ToList();
        foreach (var instance in added)
        {
            ArgumentException.ThrowIfNullOrEmpty(instance.Name, nameof(instances));
            ArgumentNullException.ThrowIfNull(instance.Workflow, nameof(instances));
            ArgumentNullException.ThrowIfNull(instance.Initial, nameof(instances));
            if (!names.Add(instance.Name))
                throw new ArgumentException($"Two instances are named '{instance.Name}'.", nameof(instances));
        }

        return new(_strategy, _instances.AddRange(added), names.ToImmutable(), _limit, _time);
    }

    /// <summary>Runs at most n instances at once, at least 1; all unless given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public ConcurrentWorkflow<TState> WithConcurrencyLimit(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return new(_strategy, _instances, _names, n, _time);
    }

    /// <summary>The clock of the strategy's duration, the system's unless given; the workflows keep their
    /// own.</summary>
    public ConcurrentWorkflow<TState> WithTimeProvider(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new(_strategy, _instances, _names, _limit, time);
    }

    /// <summary>Runs every instance until the strategy is met; the rest are cancelled and awaited.</summary>
    /// <remarks>A failed instance fails nobody else: it is counted, and its error stands in the
    /// outcomes.</remarks>
    public async Task<ConcurrentResults<TState>> OrchestrateAsync(
        CancellationToken cancellationToken = default
    )
    {
        var ended = await OrchestrateAsync(
                static (instance, stop) =>
                    instance.Workflow.TryStartAsync(instance.Initial, instance.Name, stop),
                cancellationToken
            )
            .ConfigureAwait(false);
        return ended.Results;
    }

    internal IReadOnlyList<ConcurrentInstance<TState>> Instances => _instances;

    // A list takes one more without a copy of the others; an array is gone through many times faster.
    private ImmutableArray<ConcurrentInstance<TState>> InOrder =>
        _inOrder.IsDefault ? _inOrder = [.. _instances] : _inOrder;

    /// <summary>So many completed instances are enough; null when all are waited for.</summary>
    internal int? Quota => _strategy.Quota;

    /// <summary>As <see cref="OrchestrateAsync(CancellationToken)"/>, but the caller runs each
    /// instance.</summary>
    internal async Task<ConcurrentEnd<TState>> OrchestrateAsync(
        Func<ConcurrentInstance<TState>, CancellationToken, ValueTask<Either<CanoError, TState>>> run,
        CancellationToken cancellationToken
    )
    {
        var time = GuardedClock.Around(_time, Logger);
        var startedAt = time.GetTimestamp();
        using var limit = new AttemptLimit(_strategy.Duration, time, Logger, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        using var places = _limit is { } max ? new SemaphoreSlim(max) : null;
        var running = new ConcurrentRun<TState>(InOrder, run, _strategy.Quota, places, stop, Logger);
        var ends = await running.RunAsync().ConfigureAwait(false);
        return Counted(ends, time.GetElapsedTime(startedAt));
    }

    // It has none of its own: what stops its instances is told where they tell theirs.
    private ILogger Logger =>
        _instances is [var first, ..] ? first.Workflow.Setup.Options.Logger : NullLogger.Instance;

    private ConcurrentEnd<TState> Counted(InstanceEnds<TState> ends, TimeSpan duration)
    {
        var (completed, cancelled) = (0, 0);
        var failures = new List<(string Name, CanoError Error)>();
        var byName = new Dictionary<string, Either<CanoError, TState>>(ends.Outcomes.Length);
        for (var i = 0; i < ends.Outcomes.Length; i++)
        {
            var (name, outcome) = (InOrder[i].Name, ends.Outcomes[i]);
            byName[name] = outcome;
            if (outcome.IsRight)
                completed++;
            else if (ends.WereStopped[i])
                cancelled++;
            else
                failures.AddRange(outcome.LeftToSeq().Select(error => (name, error)));
        }

        return new(new(completed, failures.Count, cancelled, duration, byName), failures);
    }
}

/// <summary>One of many runs at once.</summary>
internal sealed record ConcurrentInstance<TState>(string Name, Workflow<TState> Workflow, TState Initial)
    where TState : notnull;

/// <summary>What became of concurrent instances, and which of them failed by themselves, in their
/// order.</summary>
internal sealed record ConcurrentEnd<TState>(
    ConcurrentResults<TState> Results,
    IReadOnlyList<(string Name, CanoError Error)> Failures
)
    where TState : notnull;

/// <summary>What became of concurrent instances.</summary>
/// <param name="Completed">How many reached an exit.</param>
/// <param name="Failed">How many failed by themselves, one that a limit of its own cancelled
/// included.</param>
/// <param name="Cancelled">How many were stopped, or not started, because the strategy was met.</param>
/// <param name="Duration">How long it all took.</param>
/// <param name="Outcomes">Each instance's exit or error, by its name.</param>
public sealed record ConcurrentResults<TState>(
    int Completed,
    int Failed,
    int Cancelled,
    TimeSpan Duration,
    IReadOnlyDictionary<string, Either<CanoError, TState>> Outcomes
)
{
    /// <inheritdoc/>
    public bool Equals(ConcurrentResults<TState>? other) =>
        other is not null
        && (Completed, Failed, Cancelled, Duration)
            == (other.Completed, other.Failed, other.Cancelled, other.Duration)
        && Outcomes.Count == other.Outcomes.Count
        && Outcomes.All(one =>
            other.Outcomes.TryGetValue(one.Key, out var outcome) && outcome.Equals(one.Value)
        );

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Completed, Failed, Cancelled, Duration);

    /// <summary>The counts, and how long it took: "3 completed, 1 failed, 0 cancelled in 2.5 s".</summary>
    public override string ToString() =>
        $"{Completed} completed, {Failed} failed, {Cancelled} cancelled in {Words.Span(Duration)}";
}
