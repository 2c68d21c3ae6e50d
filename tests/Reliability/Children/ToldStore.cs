using Cano.Testing;

namespace Cano.Reliability.Children;

/// <summary>Tells every row before it is written and after it is acknowledged. What is cleared stays: the
/// rows of an ended run are to be looked at.</summary>
internal sealed class ToldStore(ICheckpointStore inner, Action<string> say) : DelegatingCheckpointStore(inner)
{
    public override async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        var bytes = Convert.ToBase64String(row.ToBytes());
        say($"try {runId} {bytes}");
        await base.AppendAsync(runId, row, fence, cancellationToken);
        say($"ack {runId} {bytes}");
    }

    public override async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        var bytes = Convert.ToBase64String(first.ToBytes());
        say($"try {runId} {bytes}");
        var fence = await base.BeginAsync(runId, first, cancellationToken);
        say($"ack {runId} {bytes}");
        return fence;
    }

    public override ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default) =>
        default;
}
