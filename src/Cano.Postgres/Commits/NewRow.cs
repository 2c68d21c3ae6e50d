using Cano.Kernel;
using Cano.Postgres.Connections;
using Cano.Runtime.Checkpoints;

namespace Cano.Postgres.Commits;

/// <summary>What the committer does with a row.</summary>
internal enum RowPlace
{
    /// <summary>It follows the run's other rows.</summary>
    Next,

    /// <summary>It is row 0, under the writer's fence.</summary>
    First,

    /// <summary>A fresh run begins with it, and is given a fence.</summary>
    Begin,
}

/// <summary>A row on its way, with what the run's head takes from it.</summary>
internal sealed class NewRow
{
    private readonly TaskCompletionSource<long> _done = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <param name="runId">The run.</param>
    /// <param name="row">The row.</param>
    /// <param name="place">What is done with it.</param>
    /// <param name="fence">The writer's; of a beginning it is given.</param>
    /// <param name="now">When it was written, if it does not say so.</param>
    public NewRow(string runId, CheckpointRow row, RowPlace place, long fence, DateTimeOffset now)
    {
        (RunId, Row, Place, Fence) = (runId, row, place, fence);
        TextRule.Check(runId, row);
        if (
            place == RowPlace.Begin
            && AppendRule.BeginRefusal(runId, row, 0, AppendRule.FirstFence) is { } refusal
        )
            throw refusal;
        var writtenAt = row.WrittenAt ?? now;
        Updated = writtenAt.UtcTicks;
        Ended = RowStatuses.IsEnd(row.Status) ? Updated : 0;
        Body = row.ToBytes();
        Start = place == RowPlace.Next ? default : new(row, writtenAt);
    }

    public string RunId { get; }

    public CheckpointRow Row { get; }

    public RowPlace Place { get; }

    public long Fence { get; }

    /// <summary>The node that begins the run; null where it is none's.</summary>
    public NodeLease? Lease { get; init; }

    public byte[] Body { get; }

    public long Updated { get; }

    /// <summary>When the run ends with it; 0 if it does not.</summary>
    public long Ended { get; }

    public StartOfRun Start { get; }

    /// <summary>A row of the visit that was under way which is no progress.</summary>
    public bool KeepsTries => Quarantine.TriesAfter(Row.Visit, Row.Kind, Row.Visit, 1) == 1;

    public bool IsSnapshot => Row.Kind == RowKind.Snapshot;

    /// <summary>An ended run counts among those that are kept, unless a schedule says when.</summary>
    public bool Counts => Ended != 0 && !OccurrenceId.IsOne(RunId);

    public bool TakesAll => !InboxRule.IsOpen(Row.Status);

    public bool TakesCancels => InboxRule.TakesOthers(Row.Kind, Row.Status);

    /// <summary>The signal that it takes; -1 for none.</summary>
    public long Signal => InboxTaking.SignalOf(Row);

    /// <summary>It was sent, and nobody knows what became of it.</summary>
    public bool IsInDoubt { get; set; }

    /// <summary>A statement that it was in waited in vain: for its run's head, perhaps.</summary>
    public bool MayBeHeld { get; set; }

    /// <summary>How long it has been tried.</summary>
    public required Retries Tries { get; init; }

    /// <summary>Whoever waited has given up.</summary>
    public bool IsGivenUp => _done.Task.IsCompleted;

    /// <summary>The row is durable: its run's fence.</summary>
    public async ValueTask<long> DoneAsync(CancellationToken cancel)
    {
        if (!cancel.CanBeCanceled)
            return await _done.Task.ConfigureAwait(false);
        using (cancel.UnsafeRegister(static (row, token) => ((NewRow)row!)._done.TrySetCanceled(token), this))
            return await _done.Task.ConfigureAwait(false);
    }

    public void Succeed(long fence) => _done.TrySetResult(fence);

    public void Fail(Exception why) => _done.TrySetException(why);
}
