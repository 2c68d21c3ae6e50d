using Cano.Kernel;
using Cano.Postgres.Claims;
using Cano.Postgres.Commits;
using Cano.Postgres.Connections;
using Cano.Postgres.Hints;
using Cano.Postgres.Inboxes;
using Cano.Postgres.Moves;
using Cano.Postgres.Nodes;
using Cano.Postgres.Reading;
using Cano.Postgres.Schema;
using Cano.Postgres.Transactions;
using Cano.Runtime.Checkpoints;
using Npgsql;

namespace Cano;

/// <summary>Keeps the rows of all runs in PostgreSQL, for as many nodes as share the database. An appended
/// row is committed.</summary>
/// <remarks>
/// Leases and signals go by the database's clock; fences, which keep late writers out, need none. Rows of
/// this process that wait at one time share one commit. A database that does not answer is waited for, as
/// long as <see cref="PostgresCheckpointOptions.Patience"/> says, and what a broken connection leaves open
/// is settled by looking. An id, a name of a state or of a workflow, or a tag with U+0000 is refused.
/// </remarks>
public sealed partial class PostgresCheckpointStore
    : ICheckpointStore,
        IInboxStore,
        IRunIndex,
        ISharedStore,
        IBeginsSignalled,
        IHintedStore
{
    private readonly NpgsqlDataSource source;
    private readonly bool isOwned;
    private readonly TimeProvider clock;
    private readonly Database database;
    private readonly Committer committer;
    private readonly NodeTable nodes;
    private readonly RunClaims claims;
    private readonly DueClaims dueClaims;
    private readonly RunsLetGo letGo;
    private readonly RunLoads loads;
    private readonly RunMoves moves;
    private readonly InboxEntries entries;
    private readonly InboxPoll inboxes;
    private readonly RunHints hints;
    private readonly SemaphoreSlim places;

    private PostgresCheckpointStore(NpgsqlDataSource source, PostgresCheckpointOptions options, bool isOwned)
    {
        (this.source, this.isOwned, clock) = (source, isOwned, options.TimeProvider);
        database = new(source, Quoted(options), options.Patience);
        committer = new(database);
        nodes = new(database);
        claims = new(database);
        dueClaims = new(database);
        letGo = new(database);
        loads = new(database);
        moves = new(database);
        entries = new(database);
        inboxes = new(database, options.SignalPoll, options.Logger);
        hints = new(database, inboxes, options.Logger);
        places = WorkPlaces.In(source);
    }

    /// <summary>Opens the store in a database, and makes its schema, or brings it up to date.</summary>
    /// <param name="connectionString">As Npgsql takes it: "Host=db;Database=orders;Username=cano".</param>
    /// <param name="options">How it is used; defaults unless given.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="CanoException">`checkpoint_store`: the database does not answer or refuses it, or a
    /// newer version made the schema. `configuration`: the pool has fewer than five connections.</exception>
    public static async Task<PostgresCheckpointStore> OpenAsync(
        string connectionString,
        PostgresCheckpointOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        var source = NpgsqlDataSource.Create(connectionString);
        try
        {
            return await OpenAsync(source, options, isOwned: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>As <see cref="OpenAsync(string, PostgresCheckpointOptions, CancellationToken)"/>, with
    /// connections of the caller's, who disposes of their source after the store.</summary>
    public static Task<PostgresCheckpointStore> OpenAsync(
        NpgsqlDataSource dataSource,
        PostgresCheckpointOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return OpenAsync(dataSource, options, isOwned: false, cancellationToken);
    }

    private static async Task<PostgresCheckpointStore> OpenAsync(
        NpgsqlDataSource source,
        PostgresCheckpointOptions? options,
        bool isOwned,
        CancellationToken cancel
    )
    {
        var given = options ?? new PostgresCheckpointOptions();
        var store = new PostgresCheckpointStore(source, given, isOwned);
        await store
            .database.AskAsync(
                "open PostgreSQL",
                async (connection, _) =>
                {
                    await Migrations
                        .ApplyAsync(connection.Inner, Quoted(given), cancel)
                        .ConfigureAwait(false);
                    await store.inboxes.BeginAsync(connection, cancel).ConfigureAwait(false);
                    return true;
                },
                cancel
            )
            .ConfigureAwait(false);
        return store;
    }

    /// <inheritdoc/>
    public async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(row);
        var place = row.Sequence == 0 ? RowPlace.First : RowPlace.Next;
        await CommitAsync(Given(runId, row, place, fence), cancellationToken).ConfigureAwait(false);
        if (RowStatuses.IsEnd(row.Status))
            hints.Ended(runId);
    }

    /// <inheritdoc/>
    public ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(first);
        return CommitAsync(Given(runId, first, RowPlace.Begin, 0), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    ) => await loads.LoadAsync(runId, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default) =>
        await DoAsync(
                "clear run",
                async connection =>
                {
                    var batch = connection.Batch();
                    await using (batch.ConfigureAwait(false))
                    {
                        // What comes in until the head is locked is seen by what goes on behind that.
                        batch.Add(database.Text(RunStatements.Lock), runId);
                        batch.Add<string[]>(database.Text(RunStatements.Forget), [runId]);
                        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<long> ClaimAsync(
        string runId,
        string owner,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(owner);
        var claim = await claims
            .AskAsync(new(runId, Lease: null, IsOrphans: false), cancellationToken)
            .ConfigureAwait(false);
        return claim!.Value.Fence;
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    ) => await letGo.AskAsync(runId, fence, LetGo.Release, cancellationToken).ConfigureAwait(false);

    /// <summary>Ends what is under way and closes the connections that are the store's own. Nodes that are
    /// members stay so until they leave or their leases run out.</summary>
    public async ValueTask DisposeAsync()
    {
        await inboxes.DisposeAsync().ConfigureAwait(false);
        await committer.DisposeAsync().ConfigureAwait(false);
        if (isOwned)
            await source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A call of a task whose run is worked on under this fence.</summary>
    internal TransactionalCall CallOf(string runId, long fence, string key) =>
        new(database, places, runId, fence, key);

    // A name may be a word of the language.
    private static string Quoted(PostgresCheckpointOptions options) => $"\"{options.Schema}\"";

    private NewRow Given(
        string runId,
        CheckpointRow row,
        RowPlace place,
        long fence,
        NodeLease? lease = null
    ) => new(runId, row, place, fence, clock.GetUtcNow()) { Lease = lease, Tries = database.Begin() };

    private ValueTask<long> CommitAsync(NewRow row, CancellationToken cancel) =>
        cancel.IsCancellationRequested
            ? ValueTask.FromCanceled<long>(cancel)
            : committer.CommitAsync(row, cancel);

    private async ValueTask DoAsync(
        string doing,
        Func<StoreConnection, Task> act,
        CancellationToken cancel
    ) =>
        await database
            .AskAsync(
                doing,
                async (connection, _) =>
                {
                    await act(connection).ConfigureAwait(false);
                    return true;
                },
                cancel
            )
            .ConfigureAwait(false);
}
