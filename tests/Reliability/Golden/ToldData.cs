using Cano.Testing;

namespace Cano.Reliability.Golden;

/// <summary>Rows have data of their states, for which the format has room: this build keeps it, acts on none
/// of it, and so refuses to go on with the run.</summary>
internal sealed class ToldData(ICheckpointStore inner) : DelegatingCheckpointStore(inner)
{
    public override ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    ) => base.AppendAsync(runId, Told(row), fence, cancellationToken);

    public override ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    ) => base.BeginAsync(runId, Told(first), cancellationToken);

    private static CheckpointRow Told(CheckpointRow row) =>
        row with
        {
            StateData = "{\"Order\":7}"u8.ToArray(),
            NextStateData = row.NextState is null ? null : "{\"Order\":8}"u8.ToArray(),
        };
}
