using System.Collections.Immutable;
using System.Text.Json;
using Cano.CSharp;
using Cano.Runtime.Data;
using Cano.Runtime.Scope;
using Microsoft.Extensions.Logging;

namespace Cano;

// With what, and for how long, runs are run.
public sealed partial class Workflow<TState>
{
    /// <summary>Names the workflow, not emptily; without a name unless given. The name stands in the first
    /// row of its runs, and a run of another name is refused.</summary>
    public Workflow<TState> WithName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(_setup with { Name = name });
    }

    /// <summary>What its tasks share; nothing unless given.</summary>
    public Workflow<TState> WithResources(Resources resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        return new(_setup with { Resources = resources });
    }

    /// <summary>Journals runs, which are not journaled unless given, in a directory, which is made if missing
    /// and opened at the first run. All workflows of the process that name the directory share its store,
    /// until it exits or <see cref="FasterCheckpointStore.CloseAsync"/> closes it; another process cannot
    /// open it meanwhile. Each run needs an id then.</summary>
    public Workflow<TState> WithCheckpoints(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var path = FasterCheckpointStore.PathOf(directory);
        return WithOptions(_setup.Options with { Store = OpenAsync });

        async Task<ICheckpointStore> OpenAsync(ILogger logger) =>
            await FasterCheckpointStore.SharedAsync(path, logger: logger).ConfigureAwait(false);
    }

    /// <summary>Journals runs in a store of the caller's, who disposes of it. Each run needs an id
    /// then.</summary>
    public Workflow<TState> WithCheckpointStore(ICheckpointStore store)
    {
        GivenStore.Check(store);
        var opened = Task.FromResult(store);
        return WithOptions(_setup.Options with { Store = _ => opened });
    }

    /// <summary>How users' values are written and read in a journal, where no engine says it; the project's
    /// own converters come behind the user's. Plain unless given. A program that is trimmed or compiled ahead
    /// of time gives its context here: `OrderJson.Default.Options`.</summary>
    public Workflow<TState> WithJson(JsonSerializerOptions json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return WithOptions(_setup.Options with { Values = new ValueCodec(json) });
    }

    /// <summary>The id of runs that are started without one of their own; for a single run at a
    /// time.</summary>
    public Workflow<TState> WithRunId(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return new(_setup with { RunId = id });
    }

    /// <summary>The workflow's version, any number; 0 unless given. It stands in every row, and a run of
    /// another version is not resumed.</summary>
    public Workflow<TState> WithWorkflowVersion(uint version) => new(_setup with { Version = version });

    /// <summary>Declares that the tasks of these states reach nothing outside the run: they calculate, and
    /// read and write no more than its durable data. Such a state is entered before its row is durable, so
    /// that many of them share one flush; before anything that does reach outside every row is. What a crash
    /// takes back is calculated again.</summary>
    /// <remarks>Only a plain task can be pure, and <see cref="TaskContext.EffectKey"/> is refused there. A
    /// simulation runs such a task twice and compares.</remarks>
    /// <param name="states">States that have a plain task; registered before or after.</param>
    public Workflow<TState> Pure(params IEnumerable<TState> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        return new(_setup with { Pure = _setup.Pure.Union(states) });
    }

    /// <summary>What becomes of the rows of runs that have ended; they are forgotten at once unless
    /// given.</summary>
    public Workflow<TState> WithRetention(Retention retention)
    {
        ArgumentNullException.ThrowIfNull(retention);
        return WithOptions(_setup.Options with { OwnRetention = retention });
    }

    /// <summary>After how many rows, at least 1, a journaled run writes a snapshot of itself, its durable
    /// data included; the rows before it may then be dropped. 256 unless given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public Workflow<TState> WithSnapshotEvery(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        return new(_setup with { SnapshotEvery = rows });
    }

    /// <summary>The longest a run may take, not negative, counted afresh by each resume; no limit unless
    /// given. A run that takes longer is stopped and undone, and fails with category
    /// `workflow_timeout`.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public Workflow<TState> WithTotalTimeout(TimeSpan limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero);
        return new(_setup with { TotalTimeout = limit });
    }

    /// <summary>The longest a rollback may take, not negative; half the total timeout but at most 30 s unless
    /// given, and without a total timeout no limit. In no time nothing is undone, and what is left is
    /// told.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public Workflow<TState> WithCompensationTimeout(TimeSpan limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero);
        return new(_setup with { CompensationTimeout = limit });
    }

    /// <summary>How long, not negative, work that was told to stop is awaited before it is abandoned; 5 s
    /// unless given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The grace is negative.</exception>
    public Workflow<TState> WithStopGrace(TimeSpan grace)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        return WithOptions(_setup.Options with { OwnStopGrace = grace });
    }

    /// <summary>Tells an observer what happens in runs; nobody unless given, and several in the order of
    /// registration.</summary>
    public Workflow<TState> WithObserver(IWorkflowObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        Lookalikes.ThrowIfAny(observer);
        return WithOptions(_setup.Options with { Observers = _setup.Options.Observers.Add(observer) });
    }

    /// <summary>The clock for everything that waits; the system's unless given.</summary>
    public Workflow<TState> WithTimeProvider(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return WithOptions(_setup.Options with { Time = time });
    }

    /// <summary>Where the engine reports what no caller hears of; nowhere unless given.</summary>
    public Workflow<TState> WithLogger(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        return WithOptions(_setup.Options with { Logger = logger });
    }

    /// <summary>Declares the type of what runs are given at their start. A start without an input, or with
    /// another, is refused with category `configuration`, <see cref="OrchestrateAsync(TState,
    /// CancellationToken)"/> too; a run may be given anything, or nothing, unless this is called.</summary>
    public Workflow<TState> Accepts<TInput>() =>
        WithOptions(_setup.Options with { Accepts = typeof(TInput) });

    /// <summary>Declares the type of what runs give as their own output, by
    /// <see cref="TaskContext.SetOutput{T}"/>: a run that comes to one of these exits without it has failed
    /// in the state before, with category `output_missing`, and nothing is undone for it. Called for several
    /// types, an output of any of them will do.</summary>
    /// <param name="at">The exits at which an output is due; all unless given.</param>
    public Workflow<TState> Returns<TOutput>(IEnumerable<TState>? at = null)
    {
        var options = _setup.Options;
        if (!options.Returns.Contains(typeof(TOutput)))
            options = options with { Returns = options.Returns.Add(typeof(TOutput)) };
        ImmutableArray<TState>? exits = at is null ? null : [.. at];
        return new(_setup with { Options = options, Returning = _setup.Returning.Add(exits) });
    }

    /// <summary>How many runs of this value, at least 1, work at once in an engine; any number unless given.
    /// A start beyond it is durable and begins in its turn, and a run that waits holds no place. <see
    /// cref="CanoEngineOptions.MaxRunning"/> bounds it too. Without an engine it says nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public Workflow<TState> WithMaxRunning(int runs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        return WithOptions(_setup.Options with { MaxRunning = runs });
    }

    private Workflow<TState> WithOptions(RunOptions options) => new(_setup with { Options = options });
}
