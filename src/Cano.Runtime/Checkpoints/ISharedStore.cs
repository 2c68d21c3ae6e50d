using Cano.Kernel;
using static System.FormattableString;

namespace Cano;

/// <summary>What a store does that several nodes share, beside <see cref="ICheckpointStore"/>. A node is a
/// process, or an engine in it, with one lease; a run under way is one node's.</summary>
/// <remarks>Fences keep a late writer out whatever leases say: a lease only says when others may claim. It is
/// counted by the store's clock, which may jump. A store that is not this serves one node. What a node lets
/// go of with <see cref="ICheckpointStore.ReleaseAsync"/>, and has not ended, is nobody's and due at once
/// (<see cref="ClaimDueAsync"/>); a run that was no node's is not.</remarks>
public interface ISharedStore
{
    /// <summary>Takes a node in. An earlier lease of a node of that name is over at once.</summary>
    /// <param name="node">Its name, for people too: a host and process, say.</param>
    /// <param name="span">How long it may keep silent before others declare it dead.</param>
    /// <param name="cancellationToken">Gives up waiting; the node may have joined.</param>
    /// <exception cref="ArgumentOutOfRangeException">The span is not above zero.</exception>
    ValueTask<NodeLease> JoinAsync(string node, TimeSpan span, CancellationToken cancellationToken = default);

    /// <summary>The node lives: its lease begins anew. A late beat is as good as any, as long as nobody has
    /// declared the node dead.</summary>
    /// <returns>False: somebody has, and what it worked on may be another's.</returns>
    ValueTask<bool> BeatAsync(NodeLease lease, CancellationToken cancellationToken = default);

    /// <summary>The node works no more. Its runs are nobody's, no deaths count, and those that have not ended
    /// are due at once.</summary>
    ValueTask LeaveAsync(NodeLease lease, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="ICheckpointStore.BeginAsync"/>; the run is the node's.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: a conflict, a lease that is over
    /// (<see cref="NodeLease.IsOver"/>), or an I/O failure.</exception>
    ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        NodeLease lease,
        CancellationToken cancellationToken = default
    );

    /// <summary>Takes a run over, as <see cref="ICheckpointStore.ClaimAsync"/>, but not from a node that
    /// lives. That a dead node worked on it is a try; all else is none.</summary>
    /// <returns>Null: it is not to be had.</returns>
    /// <exception cref="CanoException">`checkpoint_store`: a lease that is over, or an I/O
    /// failure.</exception>
    ValueTask<RunClaim?> TryClaimAsync(
        string runId,
        NodeLease lease,
        ClaimIf rule,
        CancellationToken cancellationToken = default
    );

    /// <summary>Says that a run waits in its node: nobody works on it, its tries count no more, and it stays
    /// the node's. With an outdated fence nothing happens.</summary>
    ValueTask RestAsync(string runId, long fence, CancellationToken cancellationToken = default);

    /// <summary>Parks a run that waits: nobody works on it, its tries count no more, and it is nobody's until
    /// it is due. It is due at the instant that its newest row says (<see cref="CheckpointRow.WakesAt"/>),
    /// and at once when anything came into its inbox, or a child of it ended, since it began or was last
    /// claimed because it was due. With an outdated fence nothing happens.</summary>
    /// <returns>Whether it is due at once: whoever parks it looks for it.</returns>
    ValueTask<bool> ParkAsync(string runId, long fence, CancellationToken cancellationToken = default);

    /// <summary>Claims parked runs that are due, those first that have been due longest, and tells when to
    /// ask again. Of several nodes that ask at once each gets others. No claim of it is a try.</summary>
    /// <param name="lease">Of who asks; the runs are this node's.</param>
    /// <param name="query">Which are asked for.</param>
    /// <param name="cancellationToken">Gives up waiting; what was claimed is in the next answer.</param>
    /// <exception cref="CanoException">`checkpoint_store`: a lease that is over, or an I/O
    /// failure.</exception>
    ValueTask<DueRuns> ClaimDueAsync(
        NodeLease lease,
        DueQuery query,
        CancellationToken cancellationToken = default
    );

    /// <summary>Declares nodes dead whose leases have run out, and gives the unfinished runs of the
    /// dead.</summary>
    /// <param name="lease">Of who asks. It declares nobody dead unless it has beaten itself for the whole of
    /// the other's span without a gap of two thirds of its own, and within the last third of it: who was cut
    /// off from the store, or finds that its clock was set, and that all have been silent, first watches.
    /// So does who has beaten at an instant that the clock shows as still to come: a node that joins or
    /// beats meanwhile has a lease that is over too early once the clock is right again.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<string> OrphansAsync(NodeLease lease, CancellationToken cancellationToken = default);

    /// <summary>Which of some runs the store has, and have not ended.</summary>
    /// <param name="runIds">The runs, a thousand or so at most.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="CanoException">`checkpoint_store`: an I/O failure.</exception>
    ValueTask<IReadOnlyCollection<string>> UnfinishedAsync(
        IReadOnlyCollection<string> runIds,
        CancellationToken cancellationToken = default
    );

    /// <summary>Forgets the ended runs of a workflow that are not to be kept any more, whichever nodes they
    /// ended on: those that count, and that nobody has claimed since. The run of a schedule counts when it
    /// has been retired by its id, every other from its end on.</summary>
    /// <param name="runId">A run that has ended, which counts from here on, and that nobody works on; null:
    /// no other counts.</param>
    /// <param name="workflow">The workflow's name; empty for those without one.</param>
    /// <param name="retention">What is to be kept.</param>
    /// <param name="now">The instant that ages are counted to.</param>
    /// <param name="cancellationToken">Ends the forgetting.</param>
    ValueTask RetireAsync(
        string? runId,
        string workflow,
        Retention retention,
        DateTimeOffset now,
        CancellationToken cancellationToken = default
    );
}

/// <summary>When a run may be claimed.</summary>
public enum ClaimIf
{
    /// <summary>No other node that lives has it.</summary>
    Free,

    /// <summary>A node has it that is dead.</summary>
    Orphaned,
}

/// <summary>A node's membership of a store.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Epoch">Which of its memberships, higher than that of any before it, of whatever node.</param>
/// <param name="Span">How long the node may keep silent.</param>
public sealed record NodeLease(string Node, long Epoch, TimeSpan Span)
{
    /// <summary>What a store answers to a node that was declared dead, in words that say what to
    /// do.</summary>
    public CanoException IsOver() =>
        new(
            CanoError.Of(
                Fault.NewCheckpointStore(
                    $"the lease of node '{Node}' is over: others take its runs up; join again"
                )
            )
        );

    /// <summary>All three: "node 'east-1', membership 4, silent for at most 15 s".</summary>
    public override string ToString() =>
        Invariant($"node '{Node}', membership {Epoch}, silent for at most {Words.Span(Span)}");
}

/// <summary>A run that was claimed.</summary>
/// <param name="Fence">The claim's fence; every older writer is shut out.</param>
/// <param name="NextSequence">The sequence of the row that comes next: whoever has read fewer rows reads
/// again.</param>
public readonly record struct RunClaim(long Fence, long NextSequence)
{
    /// <summary>Both: "fence 3, row 7 comes next".</summary>
    public override string ToString() => Invariant($"fence {Fence}, row {NextSequence} comes next");
}
