using System.Collections.Concurrent;
using Cano.Integration.Engines;

namespace Cano.Reliability.Nodes;

/// <summary>A node's way to the store, which notes what the store said to it.</summary>
internal sealed class ToldLink(ICheckpointStore store, string name, Told told, TimeProvider time)
    : Link(store)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _answeredAt = [];
    private DateTimeOffset _beatAt = time.GetUtcNow();

    /// <summary>Whatever is asked is done, and the answer lost.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>How long ago the store last said that a run is this node's.</summary>
    public TimeSpan SinceAnswered(string run) =>
        _answeredAt.TryGetValue(run, out var at) ? time.GetUtcNow() - at : TimeSpan.Zero;

    /// <summary>How long ago the beat was sent to which the store last said that the node lives.</summary>
    public TimeSpan SinceBeat => time.GetUtcNow() - _beatAt;

    public override async ValueTask<NodeLease> JoinAsync(
        string node,
        TimeSpan span,
        CancellationToken cancellationToken = default
    )
    {
        var at = time.GetUtcNow();
        var lease = await base.JoinAsync(node, span, cancellationToken);
        _beatAt = at;
        return lease;
    }

    public override async ValueTask<bool> BeatAsync(
        NodeLease lease,
        CancellationToken cancellationToken = default
    )
    {
        var at = time.GetUtcNow();
        var lives = await base.BeatAsync(lease, cancellationToken);
        Answer();
        if (lives)
            _beatAt = at;
        return lives;
    }

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
            Answer();
        }
        catch (CanoException refused) when (refused.Error.Category == "checkpoint_store")
        {
            told.Refused();
            throw;
        }

        Answered(runId);
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
        Answer();
        Answered(runId);
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
        Answer();
        if (claim is not null)
            Answered(runId);
        told.Claimed(claim is not null && rule == ClaimIf.Orphaned);
        return claim;
    }

    public override async ValueTask<DueRuns> ClaimDueAsync(
        NodeLease lease,
        DueQuery query,
        CancellationToken cancellationToken = default
    )
    {
        var due = await base.ClaimDueAsync(lease, query, cancellationToken);
        Answer();
        foreach (var run in due.Claimed)
        {
            Answered(run.RunId);
            told.Woken(run.RunId, name);
        }

        return due;
    }

    public override async ValueTask<bool> ParkAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        var isDue = await base.ParkAsync(runId, fence, cancellationToken);
        told.Parked(runId, name);
        Answer();
        return isDue;
    }

    public override async ValueTask ReleaseAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        await base.ReleaseAsync(runId, fence, cancellationToken);
        Answer();
    }

    private void Answer()
    {
        if (LosesAnswers)
            throw new IOException("the answer is lost");
    }

    private void Answered(string run) => _answeredAt[run] = time.GetUtcNow();
}
