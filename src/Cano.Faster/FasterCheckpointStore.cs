using System.Text;
using Cano.Faster;
using Cano.Faster.Disks;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano;

/// <summary>Keeps the rows of all runs in one journal: a directory on a local disk, no server. An appended
/// row survives the end of the process, and power loss on a disk that honours flushes.</summary>
/// <remarks>
/// One process at a time has a directory open. Damage is reported for the runs it touches: they are listed as
/// <see cref="RunStatus.Damaged"/>, and loading one throws. Where it cannot be told whose row was lost, every
/// unfinished run without a later row counts as damaged, and an entry `unknown run at log address …` stands
/// for runs of which nothing is left. Clearing a run makes its damage forgotten; until then the log keeps its
/// space and all after it. After a failed write nothing is acknowledged any more until the store is closed
/// and opened again.
/// </remarks>
public sealed partial class FasterCheckpointStore
    : ICheckpointStore,
        IInboxStore,
        IRunIndex,
        IIdentifiedStore,
        IBeginsSignalled,
        ITellsIds
{
    private readonly Journal journal;
    private readonly string identity;

    private FasterCheckpointStore(Journal journal, string path)
    {
        this.journal = journal;
        // One object for all stores of a directory: a run may outlive the store that it began with.
        identity = string.Intern(path);
    }

    /// <summary>Opens the journal of a directory; creates both where they are missing.</summary>
    /// <param name="directory">The journal's own directory.</param>
    /// <param name="options">Null: the sizes the journal has, or the defaults for a new one.</param>
    /// <param name="cancellationToken">Gives up before the journal is opened.</param>
    /// <exception cref="CanoException">`checkpoint_store`: it is open already, cannot be read or written, or
    /// is no journal that these options and this version of Cano can open.</exception>
    public static Task<FasterCheckpointStore> OpenAsync(
        string directory,
        FasterCheckpointOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var path = JournalDirectory.PathOf(directory);
        return OpenAsync(path, options, logger: null, cancellationToken);
    }

    /// <summary>Closes the store that the workflows of this process share for a directory; without one, does
    /// nothing. The next workflow that names the directory opens it again.</summary>
    public static Task CloseAsync(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return SharedStores.CloseAsync(JournalDirectory.PathOf(directory));
    }

    /// <summary>The store that all workflows of this process share for a directory, opened by the first,
    /// which gives the logger too.</summary>
    internal static Task<FasterCheckpointStore> SharedAsync(
        string directory,
        FasterCheckpointOptions? options = null,
        ILogger? logger = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return SharedStores.GetOrOpenAsync(JournalDirectory.PathOf(directory), options, logger);
    }

    object IIdentifiedStore.Identity => identity;

    /// <summary>A write failed: nothing is taken any more until the store is closed and opened
    /// again.</summary>
    internal bool IsStopped => journal.IsStopped;

    /// <summary>The one spelling of a directory, whatever the current one becomes later.</summary>
    internal static string PathOf(string directory) => JournalDirectory.PathOf(directory);

    /// <summary>Opens the journal of a full path. It outlives who opens it, and takes nothing of theirs
    /// along.</summary>
    /// <param name="path">The path.</param>
    /// <param name="options">With a logger of its own, perhaps.</param>
    /// <param name="logger">Told where the options name none.</param>
    /// <param name="cancellationToken">Gives up before the journal is opened.</param>
    internal static Task<FasterCheckpointStore> OpenAsync(
        string path,
        FasterCheckpointOptions? options,
        ILogger? logger,
        CancellationToken cancellationToken
    )
    {
        using (Detached.Begin())
            return Task.Run(() => Open(path, options, logger), cancellationToken);
    }

    private static FasterCheckpointStore Open(string path, FasterCheckpointOptions? options, ILogger? logger)
    {
        // A user's logger may throw: it is guarded here, where it comes in.
        var guarded = GuardedLogger.Around(options?.Logger ?? logger ?? NullLogger.Instance);
        return new(Journal.Open(path, options, guarded), path);
    }

    ValueTask<byte[]> ITellsIds.ReadIdsAsync(string runId) => journal.ReadIdsAsync(runId);

    /// <inheritdoc/>
    public ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(row);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);

        try
        {
            return journal.AppendAsync(runId, row, fence, cancellationToken);
        }
        catch (CanoException refused)
        {
            return ValueTask.FromException(refused);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(first);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<long>(cancellationToken)
            : journal.BeginAsync(runId, first, cancellationToken);
    }

    bool IBeginsSignalled.CanBeginSignalled => true;

    ValueTask<long> IBeginsSignalled.BeginAsync(
        string runId,
        CheckpointRow first,
        InboxItem signal,
        NodeLease? lease
    ) => journal.BeginAsync(runId, first, signal);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        await ValueTask.CompletedTask.ConfigureAwait(false);
        return journal.Load(runId, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Takes effect at once and is durable with the next write: a crash before it brings the run
    /// back.</remarks>
    public async ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await journal.ClearAsync(runId).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>A page of 256 runs at a time: rows are appended in between.</remarks>
    public IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        return RunPages.ListAsync(filter, journal.Turn, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<RunSummary?> FindAsync(string runId, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await ValueTask.CompletedTask.ConfigureAwait(false);
        return journal.Find(runId);
    }

    /// <inheritdoc/>
    public async ValueTask<long> CountAsync(RunFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await ValueTask.CompletedTask.ConfigureAwait(false);
        return RunPages.Count(filter, journal.Turn, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long> ClaimAsync(
        string runId,
        string owner,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(owner);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<long>(cancellationToken)
            : journal.ClaimAsync(runId, Encoding.UTF8.GetBytes(owner), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        await journal.ReleaseAsync(runId, fence).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> AcceptAsync(
        string runId,
        InboxItem item,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(item);
        cancellationToken.ThrowIfCancellationRequested();
        return await journal.AcceptAsync(runId, item, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        await ValueTask.CompletedTask.ConfigureAwait(false);
        return journal.ReadInbox(runId, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<InboxItem?> FindOldestAsync(
        string runId,
        InboxKind kind,
        IReadOnlyCollection<string>? names = null,
        DateTimeOffset? before = null,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        await ValueTask.CompletedTask.ConfigureAwait(false);
        return journal.FindOldest(
            runId,
            kind,
            item => InboxTaking.IsWanted(item, kind, names, before),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public ValueTask<int> CountLeftAsync(string runId, CancellationToken cancellationToken = default) =>
        new(journal.CountLeft(runId));

    /// <inheritdoc/>
    public IDisposable WatchInbox(string runId, Action ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return journal.Watch(runId, ring);
    }

    /// <inheritdoc/>
    public IDisposable WatchInboxes(Action<string> ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return journal.WatchAll(ring);
    }

    /// <summary>Writes what is left and closes the journal. Calls under way are answered first.</summary>
    public async ValueTask DisposeAsync() => await journal.CloseAsync().ConfigureAwait(false);
}
