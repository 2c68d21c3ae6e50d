using Cano.Integration.Engines;

namespace Cano.Reliability.Nodes;

/// <summary>A node's way to the store, which notes what the store said to it.</summary>
internal sealed class ToldLink(ICheckpointStore store, Told told) : Link(store)
{
    public override async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            await base.AppendAsync(runId, row, fence, cancellationToken);
        }
        catch (CanoException refused) when (refused.Error.Category == "checkpoint_store")
        {
            told.Refused();
            throw;
        }

        told.Acknowledged(runId, row);
    }

    public override async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        NodeLease lease,
        CancellationToken cancellationToken = default
    )
    {
        var fence = await base.BeginAsync(runId, first, lease, cancellationToken);
        told.Acknowledged(runId, first);
        return fence;
    }

    public override async ValueTask<RunClaim?> TryClaimAsync(
        string runId,
        NodeLease lease,
        ClaimIf rule,
        CancellationToken cancellationToken = default
    )
    {
        var claim = await base.TryClaimAsync(runId, lease, rule, cancellationToken);
        told.Claimed(claim is not null && rule == ClaimIf.Orphaned);
        return claim;
    }
}
