namespace Cano.Reliability.Children;

/// <summary>Tells every row before it is written and after it is acknowledged. What is cleared stays: the rows of an
/// ended run are to be looked at.</summary>
internal sealed class ToldStore(ICheckpointStore inner, Action<string> say) : ICheckpointStore
{
    public async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        var bytes = Convert.ToBase64String(row.ToBytes());
        say($"try {runId} {bytes}");
        await inner.AppendAsync(runId, row, fence, cancellationToken);
        say($"ack {runId} {bytes}");
    }

    public ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    ) => inner.LoadRunAsync(runId, cancellationToken);

    public ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default) => default;

    public IAsyncEnumerable<RunSummary> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken = default) =>
        inner.ListRunsAsync(filter, cancellationToken);

    public ValueTask<long> ClaimAsync(string runId, string owner, CancellationToken cancellationToken = default) =>
        inner.ClaimAsync(runId, owner, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
