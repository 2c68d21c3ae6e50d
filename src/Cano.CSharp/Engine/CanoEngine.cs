using Cano.CSharp;
using Cano.CSharp.Engine;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano;

/// <summary>What an application opens once: workflows, the journal of their runs, and the runs under
/// way.</summary>
/// <remarks>Safe for concurrent use. A token given to any method stops the waiting, never a run; an accepted
/// start stays accepted. What is refused is refused before anything is written.</remarks>
public sealed partial class CanoEngine : IAsyncDisposable
{
    private readonly CanoEngineOptions _options;
    private readonly EngineRuns _runs;

    private readonly EngineRetention _retention;

    // Null where nobody else can have the store.
    private readonly EngineNode? _node;
    private readonly bool _isInMemory;
    private readonly IDisposable _measured;
    private int _isDisposed;

    private CanoEngine(CanoEngineOptions options, EngineStore store, bool isInMemory)
    {
        _options = options;
        _isInMemory = isInMemory;
        var basis = BasisOf(options, store);
        var workflows = new EngineWorkflows(options, basis, hasInboxes: store.Now.Inbox is not null);
        _runs = new EngineRuns(store, workflows, basis, options.MaxRunning, parks: !isInMemory);
        store.WatchInboxes(_runs.Ring);
        store.WatchEnds(_runs.LookAtOther);
        _retention = new EngineRetention(_runs);
        _retention.Begin();
        if (store.Now is NodeStore shared)
            _node = new EngineNode(shared, _runs, basis);
        _measured = EngineInstruments.Runs.Add(_runs);
    }

    /// <summary>Opens an engine on the embedded journal of a directory, which is made if missing. A relative
    /// path is made absolute here.</summary>
    /// <param name="directory">The journal's own directory: no other engine and no other process has it open
    /// meanwhile.</param>
    /// <param name="options">What it runs with; defaults unless given.</param>
    /// <param name="cancellationToken">Gives up before the journal is opened.</param>
    /// <exception cref="CanoException">`checkpoint_store`: the journal is open already, or cannot be read or
    /// written; `configuration`: the options do not fit together.</exception>
    public static async Task<CanoEngine> OpenAsync(
        string directory,
        CanoEngineOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var given = Checked(options);
        var path = FasterCheckpointStore.PathOf(directory);
        var store = await OpenAsync().ConfigureAwait(false);
        return new CanoEngine(given, new EngineStore(store, OpenAsync, isOwned: true), isInMemory: false);

        async Task<ICheckpointStore> OpenAsync() =>
            await FasterCheckpointStore
                .OpenAsync(path, JournalOptions(given), LoggerOf(given), cancellationToken)
                .ConfigureAwait(false);
    }

    /// <summary>Opens an engine on a store. It disposes of the store when it is disposed of itself, unless
    /// others may share it (<see cref="ICheckpointStore.Shared"/>): of such a store it is one node, and each
    /// run under way is one node's. It takes up what nodes leave that have died.</summary>
    /// <param name="store">The store.</param>
    /// <param name="options">What it runs with; defaults unless given.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="CanoException">`configuration`: the options do not fit together; `checkpoint_store`:
    /// the store is shared and cannot be reached.</exception>
    public static async Task<CanoEngine> OpenAsync(
        ICheckpointStore store,
        CanoEngineOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        GivenStore.Check(store);
        cancellationToken.ThrowIfCancellationRequested();
        var given = Checked(options);
        if (store.Shared is not { } shared)
            return new CanoEngine(
                given,
                new EngineStore(store, reopen: null, isOwned: true),
                isInMemory: false
            );
        var node = new NodeStore(store, shared, given.NodeName ?? DrawnName(), given.Lease);
        var engine = new CanoEngine(
            given,
            new EngineStore(node, reopen: null, isOwned: false),
            isInMemory: false
        );
        try
        {
            await engine._node!.JoinAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            await engine.CloseAsync(TimeSpan.Zero).ConfigureAwait(false);
            throw;
        }

        engine._node.Begin();
        return engine;
    }

    /// <summary>An engine whose runs live as long as the process.</summary>
    /// <exception cref="CanoException">`configuration`: the options do not fit together.</exception>
    public static CanoEngine InMemory(CanoEngineOptions? options = null)
    {
        var given = Checked(options);
        var store = new MemoryCheckpointStore(given.TimeProvider);
        return new CanoEngine(given, new EngineStore(store, reopen: null, isOwned: true), isInMemory: true);
    }

    /// <summary>Makes a workflow known: runs of it can be started, and those that are there can be gone on
    /// with. Several versions of one name stand side by side, and a run goes on with its own. The same value
    /// twice is added once.</summary>
    /// <exception cref="CanoException">`configuration`: it has no name, its name and version are another
    /// value's, its wiring is wrong, or it has a store, a clock or a logger of its own.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed of.</exception>
    public CanoEngine Add<TState>(Workflow<TState> workflow)
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(workflow);
        ThrowIfDisposed();
        _runs.Workflows.Add(workflow);
        _runs.TakeUpCancelled();
        return this;
    }

    /// <summary>The names of the workflows that were added, each once.</summary>
    public IReadOnlyCollection<string> WorkflowNames => _runs.Workflows.Names;

    /// <summary>Suspends with the grace of the options, then closes the store. Runs that have not ended can
    /// be gone on with by the next engine; those of an engine in memory are left as they are, and a warning
    /// names them.</summary>
    public ValueTask DisposeAsync() => CloseAsync(_options.StopGrace);

    /// <summary>As <see cref="DisposeAsync"/>, with a grace of the caller's.</summary>
    internal async ValueTask CloseAsync(TimeSpan grace)
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        string[] left = [.. _runs.Live.Select(run => run.Id)];
        if (_isInMemory && left.Length > 0)
            LogLeft(_runs.Basis.Logger, string.Join(", ", left));
        await SuspendWithinAsync(grace).ConfigureAwait(false);
        await StopSchedulesAsync().ConfigureAwait(false);
        _measured.Dispose();
        _runs.Close();
        _retention.Close();
        _node?.Close();
        await _runs.Store.CloseAsync().ConfigureAwait(false);
    }

    private static CanoEngineOptions Checked(CanoEngineOptions? options)
    {
        var given = options ?? new CanoEngineOptions();
        InvalidConfiguration.ThrowIfAny([.. Problems(given)]);
        return given;
    }

    private static IEnumerable<string> Problems(CanoEngineOptions options)
    {
        if (options.StopGrace < TimeSpan.Zero)
            yield return $"CanoEngineOptions.StopGrace is {options.StopGrace}: give a span that is not negative";
        if (options.MaxRunning < 1)
            yield return $"CanoEngineOptions.MaxRunning is {options.MaxRunning}: give at least 1, or null for any number";
        if (options.Lease <= TimeSpan.Zero)
            yield return $"CanoEngineOptions.Lease is {options.Lease}: give a span above zero";
        if (options.NodeName is "")
            yield return "CanoEngineOptions.NodeName is empty: give a name, or null for a drawn one";
        if (options.Observers is null || options.Observers.Any(observer => observer is null))
            yield return "CanoEngineOptions.Observers has a null: leave it out";
    }

    private static RunOptions BasisOf(CanoEngineOptions options, EngineStore store) =>
        new()
        {
            Time = options.TimeProvider ?? TimeProvider.System,
            Logger = LoggerOf(options),
            Observers = [.. options.Observers],
            OwnRetention = options.Retention ?? Retention.KeepFor(TimeSpan.FromDays(7)),
            OwnStopGrace = options.StopGrace,
            Values = ValuesOf(options),
            Store = _ => Task.FromResult(store.Now),
        };

    private static ValueCodec ValuesOf(CanoEngineOptions options)
    {
        if (options.Json is null && options.Codec is null)
            return ValueCodec.Plain;
        try
        {
            return new ValueCodec(options.Json, options.Codec);
        }
        catch (Exception thrown)
        {
            throw InvalidConfiguration.Of(
                $"CanoEngineOptions.Json and Codec cannot be used: {UserText.MessageOf(thrown)}"
            );
        }
    }

    private static ILogger LoggerOf(CanoEngineOptions options) =>
        options.LoggerFactory?.CreateLogger("Cano") ?? NullLogger.Instance;

    private static FasterCheckpointOptions? JournalOptions(CanoEngineOptions options) =>
        // What is accepted in time is told by one clock.
        options.TimeProvider
            is { } time
            ? (options.Journal ?? new FasterCheckpointOptions()) with
            {
                TimeProvider = time,
            }
            : options.Journal;

    private static string DrawnName() =>
        $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid().ToString("N")[..8]}";

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed != 0, this);

    [LoggerMessage(
        300,
        LogLevel.Warning,
        "An engine in memory is disposed of and leaves runs that have not ended: {RunIds}"
    )]
    private static partial void LogLeft(ILogger logger, string runIds);
}
