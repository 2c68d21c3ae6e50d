namespace Cano.Testing.Simulations;

/// <summary>The journal as a process sees it: the disk beneath outlives the process. Rows go through their
/// bytes, as on a disk.</summary>
internal sealed class SimulatedStore(SimulatedProcess process, JournalRules rules)
    : ICheckpointStore,
        IInboxStore
{
    private MemoryCheckpointStore Disk => process.World.Disk;

    public async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        await WriteAsync(row, kept => Disk.AppendAsync(runId, kept, fence, cancellationToken))
            .ConfigureAwait(false);
    }

    public async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        var fence = 0L;
        await WriteAsync(
                first,
                async kept =>
                    fence = await Disk.BeginAsync(runId, kept, cancellationToken).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        return fence;
    }

    private async ValueTask WriteAsync(CheckpointRow row, Func<CheckpointRow, ValueTask> write)
    {
        var what = $"{row.Kind} {row.State}";
        var isToRest = process.IsSuspending;
        process.Cancelling.Writes(row);
        if (
            await StrikesAsync(SimulationFaults.AppendFails, $"before the row {what} was durable")
                .ConfigureAwait(false)
        )
            throw Trouble("the row cannot be written");
        var kept = CheckpointRow.FromBytes(row.ToBytes());
        if (!kept.Equals(row))
            process.World.Breach($"row {row.Sequence} changes on its way through its bytes");
        await write(kept).ConfigureAwait(false);
        process.World.Tell(row.Kind.ToString(), row.State, row: row.Sequence);
        rules.Took(kept);
        if (isToRest)
            process.Rest.Took(kept);
        if (
            await StrikesAsync(SimulationFaults.AppendFails, $"after the row {what} was durable")
                .ConfigureAwait(false)
        )
            throw Trouble("the row was written, and the answer lost");
    }

    public async ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        if (await StrikesAsync(SimulationFaults.LoadFails, "while the run was loaded").ConfigureAwait(false))
            throw Trouble("the run cannot be loaded");
        return await Disk.LoadRunAsync(runId, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<long> ClaimAsync(
        string runId,
        string owner,
        CancellationToken cancellationToken = default
    )
    {
        if (
            await StrikesAsync(SimulationFaults.LoadFails, "before the run was claimed").ConfigureAwait(false)
        )
            throw Trouble("the run cannot be claimed");
        var fence = await Disk.ClaimAsync(runId, owner, cancellationToken).ConfigureAwait(false);
        if (await StrikesAsync(SimulationFaults.LoadFails, "after the run was claimed").ConfigureAwait(false))
            throw Trouble("the run was claimed, and the answer lost");
        return fence;
    }

    public async ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default)
    {
        if (
            await StrikesAsync(SimulationFaults.ClearFails, "before the run was cleared")
                .ConfigureAwait(false)
        )
        {
            rules.IsClearRefused = true;
            throw new IOException("simulated: the run cannot be cleared");
        }

        await Disk.ClearAsync(runId, cancellationToken).ConfigureAwait(false);
        process.World.Tell("the run is cleared");
        await StrikesAsync(SimulationFaults.None, "after the run was cleared").ConfigureAwait(false);
    }

    public async ValueTask ReleaseAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        ICheckpointStore disk = Disk;
        await process.StayAsync("").ConfigureAwait(false);
        await disk.ReleaseAsync(runId, fence, cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        CancellationToken cancellationToken = default
    ) => Disk.ListRunsAsync(filter, cancellationToken);

    public async ValueTask<bool> AcceptAsync(
        string runId,
        InboxItem item,
        CancellationToken cancellationToken = default
    )
    {
        if (
            await StrikesAsync(SimulationFaults.AppendFails, $"before {item} was accepted")
                .ConfigureAwait(false)
        )
            throw Trouble("nothing can be accepted");
        var kept = InboxItem.FromBytes(item.ToBytes());
        var isKept = await Disk.AcceptAsync(runId, kept, cancellationToken).ConfigureAwait(false);
        if (
            await StrikesAsync(SimulationFaults.AppendFails, $"after {item} was accepted")
                .ConfigureAwait(false)
        )
            throw Trouble("it was accepted, and the answer lost");
        return isKept;
    }

    public async ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        if (await StrikesAsync(SimulationFaults.LoadFails, "while the inbox was read").ConfigureAwait(false))
            throw Trouble("the inbox cannot be read");
        var items = await Disk.ReadInboxAsync(runId, cancellationToken).ConfigureAwait(false);
        process.HasHeard |= items.Any(item => item.Kind == InboxKind.Cancel);
        return items;
    }

    public ValueTask<int> CountLeftAsync(string runId, CancellationToken cancellationToken = default) =>
        Disk.CountLeftAsync(runId, cancellationToken);

    public IDisposable WatchInbox(string runId, Action ring) => Disk.WatchInbox(runId, ring);

    public IDisposable WatchInboxes(Action<string> ring) => Disk.WatchInboxes(ring);

    public ValueTask DisposeAsync() => default;

    private async ValueTask<bool> StrikesAsync(SimulationFaults possible, string when) =>
        await process.StrikeAsync(possible, "", when).ConfigureAwait(false) != SimulationFaults.None;

    private IOException Trouble(string what)
    {
        process.IsTroubled = true;
        return new($"simulated: {what}");
    }
}
