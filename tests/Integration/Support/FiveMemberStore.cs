namespace Cano.Integration;

/// <summary>A store with what every store had to have from the first, and nothing that came later.</summary>
internal class FiveMemberStore : ICheckpointStore
{
    private readonly MemoryCheckpointStore _inner = new();

    public ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    ) => _inner.AppendAsync(runId, row, fence, cancellationToken);

    public ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    ) => _inner.LoadRunAsync(runId, cancellationToken);

    public ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default) =>
        _inner.ClearAsync(runId, cancellationToken);

    public IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        CancellationToken cancellationToken = default
    ) => _inner.ListRunsAsync(filter, cancellationToken);

    public ValueTask<long> ClaimAsync(
        string runId,
        string owner,
        CancellationToken cancellationToken = default
    ) => _inner.ClaimAsync(runId, owner, cancellationToken);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
