using Cano.Testing;

namespace Cano.Cluster.Copying;

/// <summary>Takes so many rows, and fails at the next.</summary>
internal sealed class CuttingStore(ICheckpointStore inner, int rows) : DelegatingCheckpointStore(inner)
{
    private int _left = rows;

    public override ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    ) => _left-- > 0 ? base.AppendAsync(runId, row, fence, cancellationToken) : throw new IOException("cut");

    public override ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    ) => _left-- > 0 ? base.BeginAsync(runId, first, cancellationToken) : throw new IOException("cut");
}
