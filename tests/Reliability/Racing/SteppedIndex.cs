using Cano.Runtime.Checkpoints;

namespace Cano.Reliability.Racing;

/// <summary>A stepped store that finds and counts by itself, as an engine's does.</summary>
/// <param name="inner">The store.</param>
/// <param name="index">Finds and counts.</param>
internal sealed class SteppedIndex(ICheckpointStore inner, IRunIndex index)
    : SteppedStore(inner),
        IRunIndex,
        IBeginsSignalled
{
    public bool CanBeginSignalled => Inner is IBeginsSignalled { CanBeginSignalled: true };

    public async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        InboxItem signal,
        NodeLease? lease
    )
    {
        await PassAsync("append").ConfigureAwait(false);
        var fence = await ((IBeginsSignalled)Inner)
            .BeginAsync(runId, first, signal, lease)
            .ConfigureAwait(false);
        await PassAsync("appended").ConfigureAwait(false);
        return fence;
    }

    public async ValueTask<RunSummary?> FindAsync(string runId, CancellationToken cancellationToken = default)
    {
        await PassAsync("find").ConfigureAwait(false);
        return await index.FindAsync(runId, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<long> CountAsync(RunFilter filter, CancellationToken cancellationToken = default) =>
        index.CountAsync(filter, cancellationToken);

    public override async ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default)
    {
        await PassAsync("clear").ConfigureAwait(false);
        await base.ClearAsync(runId, cancellationToken).ConfigureAwait(false);
        await PassAsync("cleared").ConfigureAwait(false);
    }

    public override async ValueTask ReleaseAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync("release").ConfigureAwait(false);
        await base.ReleaseAsync(runId, fence, cancellationToken).ConfigureAwait(false);
        await PassAsync("released").ConfigureAwait(false);
    }
}
