using Cano.Testing;

namespace Cano.Reliability.Golden;

/// <summary>Rows say of their run's start what the format has room for and this build never writes, as a
/// later one will.</summary>
internal sealed class ToldStart(ICheckpointStore inner) : DelegatingCheckpointStore(inner)
{
    private static readonly DateTimeOffset s_notBefore = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

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
        row.Start is not { } start
            ? row
            : row with
            {
                Start = new RunStart(
                    start.WorkflowName,
                    start.InitialState,
                    start.StartedAt,
                    s_notBefore,
                    start.Key,
                    new RunParent("parent", "0123456789abc"),
                    start.Tags,
                    start.Input,
                    new RunTrace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "rojo=1")
                ),
            };
}
