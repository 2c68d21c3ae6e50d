namespace Cano.Runtime.Checkpoints;

/// <summary>A run on its way from store to store.</summary>
/// <param name="Rows">Its rows, from the newest snapshot on.</param>
/// <param name="Inbox">What was accepted for it and not taken, with numbers and instants.</param>
/// <param name="Ids">The ids that it was sent entries with, as <see cref="SeenIds.ToBytes"/> writes
/// them.</param>
/// <param name="Left">How many signals it has not taken.</param>
internal sealed record MovedRun(
    IReadOnlyList<CheckpointRow> Rows,
    IReadOnlyList<InboxItem> Inbox,
    byte[] Ids,
    int Left
)
{
    /// <summary>The number of the entry that comes next: above all that lie there or were taken.</summary>
    public long NextNumber =>
        Inbox.Select(item => item.Number).Concat(Rows.Select(InboxTaking.SignalOf)).Prepend(-1).Max() + 1;

    /// <summary>It waits, so that whoever goes on with it looks whether that is over.</summary>
    public bool Waits =>
        Rows[^1] is { } newest && (newest.Status == RowStatus.Waiting || newest.WakesAt is not null);
}

/// <summary>A store that tells which ids a run was sent entries with.</summary>
internal interface ITellsIds
{
    /// <summary>The hashes, as <see cref="SeenIds.ToBytes"/> writes them.</summary>
    ValueTask<byte[]> ReadIdsAsync(string runId);
}

/// <summary>A store that takes in a whole run at once.</summary>
internal interface ITakesRuns
{
    /// <summary>Puts a run that is not there: nobody finds less than all of it, as it was. It is nobody's,
    /// and parked and due if it waits.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="run">All of it.</param>
    /// <param name="prove">Is given the rows as they were read again, before anybody else finds them; what it
    /// throws leaves nothing behind.</param>
    /// <returns>False: something of a run of that id is there.</returns>
    ValueTask<bool> PutAsync(string runId, MovedRun run, Action<IReadOnlyList<CheckpointRow>> prove);
}
