using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>A node's way to a store that it shares: it can be cut, and it can be so slow that nothing comes
/// back.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "The scoreboard derives from it.")]
internal class Link(ICheckpointStore store) : DelegatingCheckpointStore(store)
{
    private TaskCompletionSource _mended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _claimed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _slowed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whatever is asked fails.</summary>
    public bool IsCut { get; set; }

    /// <summary>Whatever is asked is on its way until it is mended.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Nothing is due for it.</summary>
    public bool IsAsleep { get; set; }

    /// <summary>So many times it cannot ask for what is due.</summary>
    public int LooksToFail { get; set; }

    /// <summary>It hears of nothing that comes into inboxes. To be set before the engine is opened.</summary>
    public bool IsDeaf { get; init; }

    /// <summary>Done before a run is parked; null for nothing.</summary>
    public Func<Task>? BeforeParking { get; set; }

    /// <summary>Done before a run is claimed that need not be due; null for nothing.</summary>
    public Func<Task>? BeforeClaim { get; set; }

    /// <summary>How many runs it has claimed because they were due.</summary>
    public int DueClaimed { get; private set; }

    /// <summary>It has claimed one.</summary>
    public Task HasClaimed => _claimed.Task;

    /// <summary>Done behind such a claim, before the node hears of it; null for nothing.</summary>
    public Func<Task>? WhenClaimed { get; set; }

    /// <summary>No rows of a run come.</summary>
    public bool IsUnread { get; set; }

    /// <summary>So many runs that it wants to park are not.</summary>
    public int ParkingsToFail { get; set; }

    /// <summary>What is asked about orphans never comes.</summary>
    public bool IsBlind { get; set; }

    /// <summary>What is asked comes through again, and what was on its way.</summary>
    public void Mend()
    {
        (IsCut, IsSlow) = (false, false);
        Interlocked
            .Exchange(ref _mended, new(TaskCreationOptions.RunContinuationsAsynchronously))
            .SetResult();
    }

    /// <summary>A row is.</summary>
    public Task Slowed => _slowed.Task;

    public override async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        if (IsSlow)
            _slowed.TrySetResult();
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

    public override IDisposable WatchInboxes(Action<string> ring) =>
        IsDeaf ? base.WatchInboxes(_ => { }) : base.WatchInboxes(ring);

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
        if (BeforeClaim is { } first)
            await first();
        return await base.TryClaimAsync(runId, lease, rule, cancellationToken);
    }

    public override async ValueTask<bool> ParkAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync();
        if (ParkingsToFail > 0)
        {
            ParkingsToFail--;
            throw new IOException("the disk is full");
        }

        if (BeforeParking is { } first)
            await first();
        return await base.ParkAsync(runId, fence, cancellationToken);
    }

    public override async ValueTask<DueRuns> ClaimDueAsync(
        NodeLease lease,
        DueQuery query,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync();
        if (LooksToFail > 0)
        {
            LooksToFail--;
            throw new IOException("the connection was closed");
        }

        if (IsAsleep)
            return new DueRuns([], null);
        var due = await base.ClaimDueAsync(lease, query, cancellationToken);
        if (due.Claimed.Count == 0)
            return due;
        DueClaimed += due.Claimed.Count;
        if (WhenClaimed is { } then)
            await then();
        _claimed.TrySetResult();
        return due;
    }

    public override async IAsyncEnumerable<string> OrphansAsync(
        NodeLease lease,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        if (IsBlind)
            await new TaskCompletionSource().Task;
        await foreach (var id in base.OrphansAsync(lease, cancellationToken))
            yield return id;
    }

    public override async ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync();
        if (IsUnread)
            throw new IOException("the disk cannot be read");
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

    private async ValueTask PassAsync()
    {
        if (IsSlow)
            await Volatile.Read(ref _mended).Task;
        if (IsCut)
            throw new IOException("the network is down");
    }
}
