using Cano.Testing;

namespace Cano.Integration.Engines.Children;

/// <summary>A store that holds up who reads the rows of one run, once that has ended, until it is told to let
/// go.</summary>
internal sealed class HeldReads(ICheckpointStore inner, string held) : DelegatingCheckpointStore(inner)
{
    private readonly TaskCompletionSource _isRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _hasEnded;

    /// <summary>Somebody reads the rows of the run, and waits.</summary>
    public Task IsRead => _isRead.Task;

    public void LetGo() => _letGo.TrySetResult();

    public override async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        await base.AppendAsync(runId, row, fence, cancellationToken);
        if (runId == held && row.Status is RowStatus.Cancelled)
            _hasEnded = true;
    }

    public override async ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        if (runId == held && _hasEnded)
        {
            _isRead.TrySetResult();
            await _letGo.Task;
        }

        return await base.LoadRunAsync(runId, cancellationToken);
    }
}
