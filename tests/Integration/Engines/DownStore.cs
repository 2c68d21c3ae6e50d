using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>A store that takes no row while it is down.</summary>
internal sealed class DownStore(ICheckpointStore inner) : DelegatingCheckpointStore(inner)
{
    public bool IsDown { get; set; }

    public override ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    ) =>
        IsDown
            ? ValueTask.FromException(new IOException("no space left"))
            : base.AppendAsync(runId, row, fence, cancellationToken);

    public override ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow row,
        CancellationToken cancellationToken = default
    ) =>
        IsDown
            ? ValueTask.FromException<long>(new IOException("no space left"))
            : base.BeginAsync(runId, row, cancellationToken);

    public override ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow row,
        NodeLease lease,
        CancellationToken cancellationToken = default
    ) =>
        IsDown
            ? ValueTask.FromException<long>(new IOException("no space left"))
            : base.BeginAsync(runId, row, lease, cancellationToken);
}
