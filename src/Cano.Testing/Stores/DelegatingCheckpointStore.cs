using Cano.Runtime.Checkpoints;

namespace Cano.Testing;

/// <summary>A store that hands every call on to another one: derive from it to watch or to change a few of
/// them.</summary>
/// <param name="inner">The store beneath.</param>
public class DelegatingCheckpointStore(ICheckpointStore inner)
    : ICheckpointStore,
        IInboxStore,
        ISharedStore,
        IIdentifiedStore,
        INodeClaims
{
    /// <summary>The store beneath.</summary>
    protected ICheckpointStore Inner { get; } = inner ?? throw new ArgumentNullException(nameof(inner));

    /// <summary>That of the store beneath, unless a derived store stands for another process's.</summary>
    private protected virtual object Identity => StoreIdentity.Of(Inner);

    object IIdentifiedStore.Identity => Identity;

    /// <summary>This store, when the one beneath keeps an inbox.</summary>
    public virtual IInboxStore? Inbox => Inner.Inbox is null ? null : this;

    /// <summary>This store, when the one beneath is shared.</summary>
    public virtual ISharedStore? Shared => Inner.Shared is null ? null : this;

    /// <inheritdoc/>
    public virtual ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    ) => Inner.AppendAsync(runId, row, fence, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>The first row of a run comes here, all others by <see cref="AppendAsync"/>.</remarks>
    public virtual ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    ) => Inner.BeginAsync(runId, first, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    ) => Inner.LoadRunAsync(runId, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default) =>
        Inner.ClearAsync(runId, cancellationToken);

    /// <inheritdoc/>
    public virtual IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        CancellationToken cancellationToken = default
    ) => Inner.ListRunsAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<long> ClaimAsync(
        string runId,
        string owner,
        CancellationToken cancellationToken = default
    ) => Inner.ClaimAsync(runId, owner, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask ReleaseAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    ) => Inner.ReleaseAsync(runId, fence, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> AcceptAsync(
        string runId,
        InboxItem item,
        CancellationToken cancellationToken = default
    ) => StoreInbox.Of(Inner).AcceptAsync(runId, item, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(
        string runId,
        CancellationToken cancellationToken = default
    ) => StoreInbox.Of(Inner).ReadInboxAsync(runId, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<InboxItem?> FindOldestAsync(
        string runId,
        InboxKind kind,
        IReadOnlyCollection<string>? names = null,
        DateTimeOffset? before = null,
        CancellationToken cancellationToken = default
    ) => StoreInbox.Of(Inner).FindOldestAsync(runId, kind, names, before, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<int> CountLeftAsync(
        string runId,
        CancellationToken cancellationToken = default
    ) => StoreInbox.Of(Inner).CountLeftAsync(runId, cancellationToken);

    /// <inheritdoc/>
    public virtual IDisposable WatchInbox(string runId, Action ring) =>
        StoreInbox.Of(Inner).WatchInbox(runId, ring);

    /// <inheritdoc/>
    public virtual IDisposable WatchInboxes(Action<string> ring) => StoreInbox.Of(Inner).WatchInboxes(ring);

    /// <inheritdoc/>
    public virtual ValueTask<NodeLease> JoinAsync(
        string node,
        TimeSpan span,
        CancellationToken cancellationToken = default
    ) => Beneath.JoinAsync(node, span, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> BeatAsync(
        NodeLease lease,
        CancellationToken cancellationToken = default
    ) => Beneath.BeatAsync(lease, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask LeaveAsync(NodeLease lease, CancellationToken cancellationToken = default) =>
        Beneath.LeaveAsync(lease, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>The first row of a run that a node begins comes here.</remarks>
    public virtual ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        NodeLease lease,
        CancellationToken cancellationToken = default
    ) => Beneath.BeginAsync(runId, first, lease, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<RunClaim?> TryClaimAsync(
        string runId,
        NodeLease lease,
        ClaimIf rule,
        CancellationToken cancellationToken = default
    ) => Beneath.TryClaimAsync(runId, lease, rule, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask RestAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    ) => Beneath.RestAsync(runId, fence, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> ParkAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    ) => Beneath.ParkAsync(runId, fence, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<DueRuns> ClaimDueAsync(
        NodeLease lease,
        DueQuery query,
        CancellationToken cancellationToken = default
    ) => Beneath.ClaimDueAsync(lease, query, cancellationToken);

    /// <inheritdoc/>
    public virtual IAsyncEnumerable<string> OrphansAsync(
        NodeLease lease,
        CancellationToken cancellationToken = default
    ) => Beneath.OrphansAsync(lease, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyCollection<string>> UnfinishedAsync(
        IReadOnlyCollection<string> runIds,
        CancellationToken cancellationToken = default
    ) => Beneath.UnfinishedAsync(runIds, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask RetireAsync(
        string? runId,
        string workflow,
        Retention retention,
        DateTimeOffset now,
        CancellationToken cancellationToken = default
    ) => Beneath.RetireAsync(runId, workflow, retention, now, cancellationToken);

    private ISharedStore Beneath =>
        Inner.Shared ?? throw new NotSupportedException("The store beneath serves one node.");

    bool INodeClaims.IsNodes => Inner is INodeClaims { IsNodes: true };

    ValueTask<RunClaim?> INodeClaims.TryClaimAsync(string runId, ClaimIf rule) => TryClaim(runId, rule);

    private protected virtual ValueTask<RunClaim?> TryClaim(string runId, ClaimIf rule) =>
        ((INodeClaims)Inner).TryClaimAsync(runId, rule);

    /// <summary>Disposes of the store beneath, unless a derived store leaves that to somebody else.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Inner.DisposeAsync();
    }
}
