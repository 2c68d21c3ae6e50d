using System.Runtime.CompilerServices;
using Cano.Kernel;
using Cano.Postgres.Claims;
using Cano.Postgres.Commits;
using Cano.Postgres.Connections;
using Cano.Postgres.Reading;

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
        var epoch = await nodes.JoinAsync(node, span, cancellationToken).ConfigureAwait(false);
        await hints.JoinedAsync(epoch).ConfigureAwait(false);
        return new(node, epoch, span);
    }

    /// <inheritdoc/>
    public ValueTask<bool> BeatAsync(NodeLease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return nodes.BeatAsync(lease, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask LeaveAsync(NodeLease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        await nodes.LeaveAsync(lease, cancellationToken).ConfigureAwait(false);
        hints.Left(lease.Epoch);
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
    ) => await letGo.AskAsync(runId, fence, LetGo.Rest, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<bool> ParkAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    ) => await letGo.AskAsync(runId, fence, LetGo.Park, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<DueRuns> ClaimDueAsync(
        NodeLease lease,
        DueQuery query,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(query);
        return dueClaims.AskAsync(lease, query, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> OrphansAsync(
        NodeLease lease,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(lease);
        var orphans = await nodes.OrphansAsync(lease, cancellationToken).ConfigureAwait(false);
        foreach (var id in orphans)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return id;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyCollection<string>> UnfinishedAsync(
        IReadOnlyCollection<string> runIds,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(runIds);
        return database.AskAsync(
            "find runs",
            async (connection, _) =>
            {
                var found = new HashSet<string>();
                var command = connection.Asking(database.Text(RunStatements.Unfinished), runIds.ToArray());
                await using (command.ConfigureAwait(false))
                {
                    var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                    await using (reader.ConfigureAwait(false))
                        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                            found.Add(reader.GetString(0));
                }

                return (IReadOnlyCollection<string>)found;
            },
            cancellationToken
        );
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
            await letGo.AskAsync(runId, fence: 0, LetGo.Count, cancellationToken).ConfigureAwait(false);
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
}
