using Cano.Runtime.Checkpoints;

namespace Cano.Runtime.StoredRuns;

/// <summary>A shared store as one of its nodes has it: what begins here is the node's, a claim leaves what is
/// another's, and whatever is written ends with the node's lease.</summary>
/// <param name="inner">The store.</param>
/// <param name="shared">The same.</param>
/// <param name="node">The node's name.</param>
/// <param name="span">How long it may keep silent.</param>
internal sealed class NodeStore(ICheckpointStore inner, ISharedStore shared, string node, TimeSpan span)
    : ICheckpointStore,
        INodeClaims,
        IBeginsSignalled
{
    private Membership? _now;

    /// <summary>The store, as it is without nodes.</summary>
    public ICheckpointStore Beneath => inner;

    /// <summary>How long the node may keep silent.</summary>
    public TimeSpan Span => span;

    /// <summary>The node is a member, as far as it knows.</summary>
    public bool IsJoined => Volatile.Read(ref _now) is { IsLost: false };

    /// <summary>Which membership it is; 0: none.</summary>
    public long Epoch => Volatile.Read(ref _now)?.Lease.Epoch ?? 0;

    public bool IsNodes => true;

    public IInboxStore? Inbox => inner.Inbox;

    public IRunIndex? Index => inner.Index;

    public ISharedStore? Shared => shared;

    /// <summary>How the store's processes tell each other of runs; null: they do not.</summary>
    public IHintedStore? Hints => inner as IHintedStore;

    /// <summary>Becomes a member. What was written under an earlier membership ends. A call that was given
    /// up on and is answered late changes nothing.</summary>
    public async Task JoinAsync(CancellationToken cancel)
    {
        var joined = new Membership(await shared.JoinAsync(node, span, cancel).ConfigureAwait(false));
        while (true)
        {
            var now = Volatile.Read(ref _now);
            if (cancel.IsCancellationRequested || now?.Lease.Epoch > joined.Lease.Epoch)
                return;
            if (Interlocked.CompareExchange(ref _now, joined, now) != now)
                continue;
            now?.Lose();
            return;
        }
    }

    /// <summary>False: others have declared the node dead, or it has not joined.</summary>
    public async Task<bool> BeatAsync(CancellationToken cancel)
    {
        if (Volatile.Read(ref _now) is not { } now)
            return false;
        if (!await shared.BeatAsync(now.Lease, cancel).ConfigureAwait(false))
            return false;
        // It had been silent for too long, and nobody minded.
        if (now.IsLost)
            Interlocked.CompareExchange(ref _now, new(now.Lease), now);
        return true;
    }

    /// <summary>The node has been silent for too long: what is being written ends.</summary>
    public void Lose() => Volatile.Read(ref _now)?.Lose();

    /// <summary>The node's runs are nobody's. What it still writes counts until somebody claims
    /// them.</summary>
    public async Task LeaveAsync(CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref _now, null) is { } left)
            await shared.LeaveAsync(left.Lease, cancel).ConfigureAwait(false);
    }

    /// <summary>The unfinished runs of dead nodes.</summary>
    public IAsyncEnumerable<string> OrphansAsync(CancellationToken cancel) =>
        shared.OrphansAsync(Present().Lease, cancel);

    /// <summary>Claims parked runs that are due. Not within the lease: what was claimed and not heard of
    /// would be nobody's.</summary>
    public ValueTask<DueRuns> ClaimDueAsync(DueQuery query) =>
        shared.ClaimDueAsync(Present().Lease, query, CancellationToken.None);

    public ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        if (Volatile.Read(ref _now) is not { } member)
            return inner.AppendAsync(runId, row, fence, cancellationToken);
        var appending = inner.AppendAsync(runId, row, fence, member.Lost);
        return appending.IsCompletedSuccessfully
            ? appending
            : new(member.WithinAsync(AnsweredAsync(appending)));
    }

    public async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        // What is kept beside runs is no node's.
        if (RunIdRule.IsReserved(runId))
            return await inner.BeginAsync(runId, first, cancellationToken).ConfigureAwait(false);
        var member = Present();
        return await member
            .WithinAsync(shared.BeginAsync(runId, first, member.Lease, member.Lost).AsTask())
            .ConfigureAwait(false);
    }

    public bool CanBeginSignalled => inner is IBeginsSignalled { CanBeginSignalled: true };

    public async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        InboxItem signal,
        NodeLease? lease
    )
    {
        var member = Present();
        return await member
            .WithinAsync(((IBeginsSignalled)inner).BeginAsync(runId, first, signal, member.Lease).AsTask())
            .ConfigureAwait(false);
    }

    public async ValueTask<RunClaim?> TryClaimAsync(string runId, ClaimIf rule)
    {
        // A plain workflow of this process works on it, which owns nothing in the store.
        if (LiveRuns.Contains(inner, runId))
            return null;
        var member = Present();
        return await member
            .WithinAsync(shared.TryClaimAsync(runId, member.Lease, rule, member.Lost).AsTask())
            .ConfigureAwait(false);
    }

    public ValueTask<long> ClaimAsync(
        string runId,
        string owner,
        CancellationToken cancellationToken = default
    ) => inner.ClaimAsync(runId, owner, cancellationToken);

    public ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    ) => inner.LoadRunAsync(runId, cancellationToken);

    public ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default) =>
        inner.ClearAsync(runId, cancellationToken);

    public IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        CancellationToken cancellationToken = default
    ) => inner.ListRunsAsync(filter, cancellationToken);

    // What a node lets go of once its lease is over stays its: it or others go on with it, not whoever asks
    // some day.
    public ValueTask ReleaseAsync(string runId, long fence, CancellationToken cancellationToken = default) =>
        Volatile.Read(ref _now) is { IsLost: true }
            ? default
            : inner.ReleaseAsync(runId, fence, cancellationToken);

    /// <summary>Gives a claim back, which its fence protects whatever has become of the lease: the run is
    /// due at once for any other.</summary>
    public ValueTask GiveBackAsync(string runId, RunClaim claim) => inner.ReleaseAsync(runId, claim.Fence);

    /// <summary>The store stays open: others may share it.</summary>
    public ValueTask DisposeAsync() => default;

    private Membership Present() =>
        Volatile.Read(ref _now)
        ?? throw new CanoException(
            CanoError.Of(Fault.NewCheckpointStore($"node '{node}' has left the store: join again"))
        );

    private static async Task<bool> AnsweredAsync(ValueTask call)
    {
        await call.ConfigureAwait(false);
        return true;
    }

    private sealed class Membership(NodeLease lease)
    {
        private readonly CancellationTokenSource _lost = new();

        public NodeLease Lease => lease;

        public bool IsLost => _lost.IsCancellationRequested;

        public CancellationToken Lost => _lost.Token;

        // On the pool: what ends with the lease goes on upon no stack of ours.
        public void Lose() => _ = _lost.CancelAsync();

        /// <summary>A call's answer, as long as the lease lasts. What it does afterwards its fence
        /// judges.</summary>
        public async Task<T> WithinAsync<T>(Task<T> call)
        {
            try
            {
                return await call.WaitAsync(Lost).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (IsLost)
            {
                _ = call.ContinueWith(
                    static late => late.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                );
                throw lease.IsOver();
            }
        }
    }
}
