namespace Cano;

/// <summary>Takes rows of pure states, which need not be durable at once: many share one write. They are
/// entries of states, which take nothing of an inbox.</summary>
/// <remarks>A row that was deferred is in its place: rows behind it are accepted, and none is durable before
/// it. What a crash takes of them is the newest, never one in between.</remarks>
public interface IDeferringStore
{
    /// <summary>Takes a row by the rules of <see cref="ICheckpointStore.AppendAsync"/>. It is durable with
    /// the run's next row that is appended, by <see cref="FlushAsync"/>, or by itself some milliseconds
    /// later.</summary>
    /// <remarks>A store that cannot know yet whether it may take the row refuses it later: whoever waits for
    /// a row behind it, or for the flush, hears of it.</remarks>
    /// <exception cref="CanoException">`checkpoint_store`: as of an append.</exception>
    ValueTask DeferAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    );

    /// <summary>As <see cref="DeferAsync"/>, of row 0 of a fresh run: see <see
    /// cref="ICheckpointStore.BeginAsync"/>.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: as of a beginning.</exception>
    ValueTask<long> DeferFirstAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    );

    /// <summary>Makes every row of the run durable that was taken; at once when all are.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: one was refused, or an I/O failure.</exception>
    ValueTask FlushAsync(string runId, CancellationToken cancellationToken = default);
}
