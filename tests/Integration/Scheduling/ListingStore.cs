namespace Cano.Integration.Scheduling;

/// <summary>A store that lists one more run than the one beneath it.</summary>
internal sealed class ListingStore(ICheckpointStore inner, RunSummary extra) : ICheckpointStore
{
    public ValueTask AppendAsync(string workflowId, CheckpointRow row, long fence, CancellationToken cancellationToken = default) =>
        inner.AppendAsync(workflowId, row, fence, cancellationToken);

    public ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(string workflowId, CancellationToken cancellationToken = default) =>
        inner.LoadRunAsync(workflowId, cancellationToken);

    public ValueTask ClearAsync(string workflowId, CancellationToken cancellationToken = default) =>
        inner.ClearAsync(workflowId, cancellationToken);

    public async IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return extra;
        await foreach (var run in inner.ListRunsAsync(filter, cancellationToken)) yield return run;
    }

    public ValueTask<long> ClaimAsync(string workflowId, string owner, CancellationToken cancellationToken = default) =>
        inner.ClaimAsync(workflowId, owner, cancellationToken);

    public ValueTask DisposeAsync() => default;
}
