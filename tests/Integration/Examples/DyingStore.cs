using Cano.Testing;

namespace Cano.Integration.Examples;

/// <summary>Its process dies before one of the appends.</summary>
internal sealed class DyingStore(ICheckpointStore inner, int append) : DelegatingCheckpointStore(inner)
{
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = append;

    public Task HasDied => _died.Task;

    public override ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        if (--_left > 0)
            return base.AppendAsync(runId, row, fence, cancellationToken);
        _died.TrySetResult();
        return ValueTask.FromException(new IOException("the process has died"));
    }

    // What is on the disk outlives it.
    public override ValueTask DisposeAsync() => default;
}
