using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>A node's way to a store that it shares: it can be cut, and it can be so slow that nothing comes
/// back.</summary>
internal sealed class Link(ICheckpointStore store) : DelegatingCheckpointStore(store)
{
    private readonly TaskCompletionSource _never = new();
    private readonly TaskCompletionSource _slowed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whatever is asked fails.</summary>
    public bool IsCut { get; set; }

    /// <summary>Rows are on their way for ever.</summary>
    public bool IsSlow { get; set; }

    /// <summary>One is.</summary>
    public Task Slowed => _slowed.Task;

    public override async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        if (IsSlow)
        {
            _slowed.TrySetResult();
            await _never.Task;
        }

        await PassAsync();
        await base.AppendAsync(runId, row, fence, cancellationToken);
    }

    public override async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        NodeLease lease,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync();
        return await base.BeginAsync(runId, first, lease, cancellationToken);
    }

    public override async ValueTask<NodeLease> JoinAsync(
        string node,
        TimeSpan span,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync();
        return await base.JoinAsync(node, span, cancellationToken);
    }

    public override async ValueTask<bool> BeatAsync(
        NodeLease lease,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync();
        return await base.BeatAsync(lease, cancellationToken);
    }

    public override async ValueTask LeaveAsync(NodeLease lease, CancellationToken cancellationToken = default)
    {
        await PassAsync();
        await base.LeaveAsync(lease, cancellationToken);
    }

    public override async ValueTask<RunClaim?> TryClaimAsync(
        string runId,
        NodeLease lease,
        ClaimIf rule,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync();
        return await base.TryClaimAsync(runId, lease, rule, cancellationToken);
    }

    public override async ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync();
        return await base.LoadRunAsync(runId, cancellationToken);
    }

    public override async ValueTask ReleaseAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync();
        await base.ReleaseAsync(runId, fence, cancellationToken);
    }

    private ValueTask PassAsync() =>
        IsCut ? ValueTask.FromException(new IOException("the network is down")) : default;
}
