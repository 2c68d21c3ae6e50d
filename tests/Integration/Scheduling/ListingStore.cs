namespace Cano.Integration.Scheduling;

/// <summary>A store that lists one more run than the one beneath it.</summary>
internal sealed class ListingStore(ICheckpointStore inner, RunSummary extra) : ICheckpointStore
{
    public ValueTask AppendAsync(string runId, CheckpointRow row, long fence, CancellationToken cancellationToken = default) =>
        inner.AppendAsync(runId, row, fence, cancellationToken);

    public ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(string runId, CancellationToken cancellationToken = default) =>
        inner.LoadRunAsync(runId, cancellationToken);

    public ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default) =>
        inner.ClearAsync(runId, cancellationToken);

    public async IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return extra;
        await foreach (var run in inner.ListRunsAsync(filter, cancellationToken)) yield return run;
    }

    public ValueTask<long> ClaimAsync(string runId, string owner, CancellationToken cancellationToken = default) =>
        inner.ClaimAsync(runId, owner, cancellationToken);

    public ValueTask DisposeAsync() => default;
}
