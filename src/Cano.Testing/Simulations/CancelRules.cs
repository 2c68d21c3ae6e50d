namespace Cano.Testing.Simulations;

/// <summary>What holds of a process that has heard that its run is cancelled for good: a row says so before
/// any other, unless the run goes back already or has ended.</summary>
internal sealed class CancelRules(ProcessRun run)
{
    /// <summary>A row is to be written.</summary>
    public void Writes(CheckpointRow row)
    {
        if (IsOwed && row.Kind != RowKind.CancelRequested)
            run.Process.World.Breach($"row {row.Sequence}, {row.Kind}, came before the row of the cancel");
    }

    /// <summary>The process has come to its end by itself.</summary>
    public void Ended(CanoError? error)
    {
        // One that rests, or that its caller gives up, leaves the request to the next process.
        var isLeft =
            error is { Fault.IsSuspended: true }
            || (
                error is { Fault.IsCancelled: true } && run.Process.CancellationToken.IsCancellationRequested
            );
        if (IsOwed && !run.IsTroubled && !isLeft)
            run.Process.World.Breach($"the run was cancelled for good, and it ended with {error}");
    }

    private bool IsOwed =>
        run is { HasHeard: true, Rules: { IsCancelRequested: false, IsRollingBack: false, HasEnded: false } };
}
