using Cano.Testing;

namespace Cano.Reliability.Golden;

/// <summary>The journal of a process that dies after so many rows, of whichever run.</summary>
internal sealed class Deathwatch(ICheckpointStore inner, int rows)
    : DelegatingCheckpointStore(new CrashingCheckpointStore(inner, rows, CrashPoint.AfterAppend))
{
    private readonly TaskCompletionSource _death = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when it is dead.</summary>
    public Task Death => _death.Task;

    public override async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            await base.AppendAsync(runId, row, fence, cancellationToken);
        }
        catch (IOException)
        {
            _death.TrySetResult();
            throw;
        }
    }

    public override async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            return await base.BeginAsync(runId, first, cancellationToken);
        }
        catch (IOException)
        {
            _death.TrySetResult();
            throw;
        }
    }
}
