namespace Cano.Reliability.Children;

/// <summary>Tells every row before it is written and after it is acknowledged. What is cleared stays: the rows of an
/// ended run are to be looked at.</summary>
internal sealed class ToldStore(ICheckpointStore inner, Action<string> say) : ICheckpointStore
{
    public async ValueTask AppendAsync(
        string workflowId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        var bytes = Convert.ToBase64String(row.ToBytes());
        say($"try {workflowId} {bytes}");
        await inner.AppendAsync(workflowId, row, fence, cancellationToken);
        say($"ack {workflowId} {bytes}");
    }

    public ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string workflowId,
        CancellationToken cancellationToken = default
    ) => inner.LoadRunAsync(workflowId, cancellationToken);

    public ValueTask ClearAsync(string workflowId, CancellationToken cancellationToken = default) => default;

    public IAsyncEnumerable<RunSummary> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken = default) =>
        inner.ListRunsAsync(filter, cancellationToken);

    public ValueTask<long> ClaimAsync(string workflowId, string owner, CancellationToken cancellationToken = default) =>
        inner.ClaimAsync(workflowId, owner, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
