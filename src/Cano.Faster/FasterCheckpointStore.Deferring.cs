namespace Cano;

// Rows of pure states: accepted at once, durable with the next group.
public sealed partial class FasterCheckpointStore : IDeferringStore
{
    /// <inheritdoc/>
    public ValueTask DeferAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(row);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);

        try
        {
            journal.Defer(runId, row, fence);
            return default;
        }
        catch (CanoException refused)
        {
            return ValueTask.FromException(refused);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> DeferFirstAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(first);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<long>(cancellationToken);

        try
        {
            return new(journal.DeferFirst(runId, first));
        }
        catch (CanoException refused)
        {
            return ValueTask.FromException<long>(refused);
        }
    }

    /// <inheritdoc/>
    /// <remarks>It waits for the rows of all runs that were taken by then.</remarks>
    public async ValueTask FlushAsync(string runId, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await journal.FlushAsync(runId).WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
