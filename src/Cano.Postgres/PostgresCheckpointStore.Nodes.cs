using System.Runtime.CompilerServices;
using Cano.Kernel;
using Cano.Postgres.Commits;
using Cano.Postgres.Connections;
using Cano.Postgres.Reading;
using Npgsql;

namespace Cano;

// How nodes share the store.
public sealed partial class PostgresCheckpointStore
{
    private static readonly short[] s_failures =
    [
        .. Enum.GetValues<RowStatus>()
            .Where(status => RowStatuses.IsEnd(status) && !RowStatuses.IsSettled(status))
            .Select(status => (short)status),
    ];

    /// <inheritdoc/>
    public async ValueTask<NodeLease> JoinAsync(
        string node,
        TimeSpan span,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(node);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero);
        TextRule.Check("a node's name", node);
        var epoch = await ScalarAsync<long, string, TimeSpan>(
                "join store",
                NodeStatements.Join,
                node,
                span,
                cancellationToken
            )
            .ConfigureAwait(false);
        return new(node, epoch, span);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> BeatAsync(NodeLease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return await DoneAsync("beat", NodeStatements.Beat, lease, cancellationToken).ConfigureAwait(false)
            > 0;
    }

    /// <inheritdoc/>
    public async ValueTask LeaveAsync(NodeLease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        await DoneAsync("leave store", NodeStatements.Leave, lease, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        NodeLease lease,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(lease);
        return CommitAsync(Given(runId, first, RowPlace.Begin, 0, lease), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<RunClaim?> TryClaimAsync(
        string runId,
        NodeLease lease,
        ClaimIf rule,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(lease);
        if (!Enum.IsDefined(rule))
            throw new ArgumentOutOfRangeException(nameof(rule), rule, "There is no such rule.");
        return claims.AskAsync(new(runId, lease, rule == ClaimIf.Orphaned), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RestAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    ) => await LetGoAsync(RunStatements.Rest, runId, fence, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> OrphansAsync(
        NodeLease lease,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(lease);
        var orphans = await database
            .AskAsync(
                "look for orphans",
                async (connection, _) =>
                {
                    var batch = connection.Batch();
                    await using (batch.ConfigureAwait(false))
                    {
                        batch.Add(database.Text(NodeStatements.Shorten));
                        batch.Add(database.Text(NodeStatements.Bury), lease.Node).Add(lease.Epoch);
                        batch.Add(database.Text(NodeStatements.Orphans));
                        return await IdsAsync(batch, cancellationToken).ConfigureAwait(false);
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        foreach (var id in orphans)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return id;
        }
    }

    /// <inheritdoc/>
    public async ValueTask RetireAsync(
        string? runId,
        string workflow,
        Retention retention,
        DateTimeOffset now,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(workflow);
        ArgumentNullException.ThrowIfNull(retention);
        if (runId is not null)
            await DoAsync(
                    "retire run",
                    async connection =>
                    {
                        var command = connection.Asking(database.Text(RunStatements.Count), runId);
                        await using (command.ConfigureAwait(false))
                            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        if (retention.Count is { } kept)
            await ForgetAsync(RunStatements.ForgetMany, kept).ConfigureAwait(false);
        if (retention.Age is { } age)
            await ForgetAsync(RunStatements.ForgetOld, now.UtcTicks - age.Ticks).ConfigureAwait(false);

        async Task ForgetAsync(string text, long limit)
        {
            while (
                await SurplusAsync(text, workflow, retention, limit, cancellationToken).ConfigureAwait(false)
                == RunStatements.SurplusMax
            ) { }
        }
    }

    private ValueTask<long> SurplusAsync(
        string text,
        string workflow,
        Retention retention,
        long limit,
        CancellationToken cancel
    ) =>
        database.AskAsync(
            "forget runs",
            async (connection, _) =>
            {
                var command = connection.Asking(database.Text(text), workflow, retention.HasFailures);
                await using (command.ConfigureAwait(false))
                {
                    command.Add(s_failures);
                    command.Add(limit);
                    return (long)(await command.ExecuteScalarAsync(cancel).ConfigureAwait(false))!;
                }
            },
            cancel
        );

    private ValueTask<TResult> ScalarAsync<TResult, T1, T2>(
        string doing,
        string text,
        T1 first,
        T2 second,
        CancellationToken cancel
    ) =>
        database.AskAsync(
            doing,
            async (connection, _) =>
            {
                var command = connection.Asking(database.Text(text), first, second);
                await using (command.ConfigureAwait(false))
                    return (TResult)(await command.ExecuteScalarAsync(cancel).ConfigureAwait(false))!;
            },
            cancel
        );

    /// <summary>How many rows it has changed.</summary>
    private ValueTask<int> DoneAsync(string doing, string text, NodeLease lease, CancellationToken cancel) =>
        database.AskAsync(
            doing,
            async (connection, _) =>
            {
                var command = connection.Asking(database.Text(text), lease.Node, lease.Epoch);
                await using (command.ConfigureAwait(false))
                    return await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
            },
            cancel
        );

    private static async Task<List<string>> IdsAsync(NpgsqlBatch batch, CancellationToken cancel)
    {
        var ids = new List<string>();
        var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            while (await reader.ReadAsync(cancel).ConfigureAwait(false))
                ids.Add(reader.GetString(0));
        return ids;
    }
}
