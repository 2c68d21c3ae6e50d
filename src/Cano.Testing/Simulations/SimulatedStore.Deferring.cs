namespace Cano.Testing.Simulations;

// Rows of pure states: they lie with the process until they are written, at the latest before the next row.
internal sealed partial class SimulatedStore : IDeferringStore
{
    public async ValueTask DeferAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        var run = process.RunOf(runId);
        run.Cancelling.Writes(row);
        await StrikesAsync(run, SimulationFaults.None, $"before the row {row.Kind} {row.State} was accepted")
            .ConfigureAwait(false);
        run.Accepted.Add(new(row, fence, process.IsSuspending));
        run.Tell("accepted", row.State, row: row.Sequence);
        // Whoever shares the journal may have them written at any time.
        if (process.World.OneIn(4))
            await FlushAsync(runId, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<long> DeferFirstAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    ) => BeginAsync(runId, first, cancellationToken);

    public async ValueTask FlushAsync(string runId, CancellationToken cancellationToken = default)
    {
        var run = process.RunOf(runId);
        while (run.Accepted.TryPeek(out var row))
        {
            await WriteAsync(run, row, cancellationToken).ConfigureAwait(false);
            run.Accepted.Wrote();
        }
    }
}
