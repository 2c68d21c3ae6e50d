namespace Cano.Testing.Simulations;

/// <summary>The journal as a process sees it: the disk beneath outlives the process. Rows go through their
/// bytes, as on a disk.</summary>
internal sealed partial class SimulatedStore(SimulatedProcess process) : ICheckpointStore, IInboxStore
{
    private MemoryCheckpointStore Disk => process.World.Disk;

    public async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        var run = process.RunOf(runId);
        var accepted = new AcceptedRow(row, fence, process.IsSuspending);
        run.Cancelling.Writes(row);
        await FlushAsync(runId, cancellationToken).ConfigureAwait(false);
        await WriteAsync(run, accepted, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        var fence = 0L;
        var run = process.RunOf(runId);
        run.Cancelling.Writes(first);
        await WriteAsync(
                run,
                first,
                process.IsSuspending,
                async kept =>
                    fence = await Disk.BeginAsync(runId, kept, cancellationToken).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        run.IsClaimed = true;
        return fence;
    }

    private ValueTask WriteAsync(ProcessRun run, AcceptedRow accepted, CancellationToken cancellationToken) =>
        WriteAsync(
            run,
            accepted.Row,
            accepted.IsToRest,
            kept => Disk.AppendAsync(run.Id, kept, accepted.Fence, cancellationToken)
        );

    private async ValueTask WriteAsync(
        ProcessRun run,
        CheckpointRow row,
        bool isToRest,
        Func<CheckpointRow, ValueTask> write
    )
    {
        var what = $"{row.Kind} {row.State}";
        if (
            await StrikesAsync(run, SimulationFaults.AppendFails, $"before the row {what} was durable")
                .ConfigureAwait(false)
        )
            throw Trouble(run, "the row cannot be written");
        var kept = CheckpointRow.FromBytes(row.ToBytes());
        if (!kept.Equals(row))
            process.World.Breach($"row {row.Sequence} changes on its way through its bytes");
        await write(kept).ConfigureAwait(false);
        run.Tell(row.Kind.ToString(), row.State, row: row.Sequence);
        run.Rules.Took(kept);
        // An end takes what was asked of the run: one that is retried after it was not asked.
        run.HasHeard &= !run.Rules.HasEnded;
        process.World.Took(run.Rules, kept);
        if (isToRest)
            run.Rest.Took(kept);
        if (
            await StrikesAsync(run, SimulationFaults.AppendFails, $"after the row {what} was durable")
                .ConfigureAwait(false)
        )
            throw Trouble(run, "the row was written, and the answer lost");
    }

    public async ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        if (
            await StrikesAsync(runId, SimulationFaults.LoadFails, "while the run was loaded")
                .ConfigureAwait(false)
        )
            throw Trouble(runId, "the run cannot be loaded");
        return await Disk.LoadRunAsync(runId, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<long> ClaimAsync(
        string runId,
        string owner,
        CancellationToken cancellationToken = default
    )
    {
        if (
            await StrikesAsync(runId, SimulationFaults.LoadFails, "before the run was claimed")
                .ConfigureAwait(false)
        )
            throw Trouble(runId, "the run cannot be claimed");
        var fence = await Disk.ClaimAsync(runId, owner, cancellationToken).ConfigureAwait(false);
        process.RunOf(runId).TakenUp();
        if (
            await StrikesAsync(runId, SimulationFaults.LoadFails, "after the run was claimed")
                .ConfigureAwait(false)
        )
            throw Trouble(runId, "the run was claimed, and the answer lost");
        return fence;
    }

    public async ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default)
    {
        if (
            await StrikesAsync(runId, SimulationFaults.ClearFails, "before the run was cleared")
                .ConfigureAwait(false)
        )
        {
            process.World.Runs.Of(runId).IsClearRefused = true;
            throw new IOException("simulated: the run cannot be cleared");
        }

        await Disk.ClearAsync(runId, cancellationToken).ConfigureAwait(false);
        process.RunOf(runId).Tell("the run is cleared");
        await StrikesAsync(runId, SimulationFaults.None, "after the run was cleared").ConfigureAwait(false);
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
            await StrikesAsync(runId, SimulationFaults.AppendFails, $"before {item} was accepted")
                .ConfigureAwait(false)
        )
            throw Trouble(runId, "nothing can be accepted");
        var kept = InboxItem.FromBytes(item.ToBytes());
        var isKept = await Disk.AcceptAsync(runId, kept, cancellationToken).ConfigureAwait(false);
        if (
            await StrikesAsync(runId, SimulationFaults.AppendFails, $"after {item} was accepted")
                .ConfigureAwait(false)
        )
            throw Trouble(runId, "it was accepted, and the answer lost");
        return isKept;
    }

    public async ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        await InboxAsync(runId).ConfigureAwait(false);
        return await Disk.ReadInboxAsync(runId, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<InboxItem?> FindOldestAsync(
        string runId,
        InboxKind kind,
        IReadOnlyCollection<string>? names = null,
        DateTimeOffset? before = null,
        CancellationToken cancellationToken = default
    )
    {
        await InboxAsync(runId).ConfigureAwait(false);
        var found = await Disk.FindOldestAsync(runId, kind, names, before, cancellationToken)
            .ConfigureAwait(false);
        process.RunOf(runId).HasHeard |= found is { Kind: InboxKind.Cancel };
        return found;
    }

    private async ValueTask InboxAsync(string runId)
    {
        if (
            await StrikesAsync(runId, SimulationFaults.LoadFails, "while the inbox was read")
                .ConfigureAwait(false)
        )
            throw Trouble(runId, "the inbox cannot be read");
    }

    public ValueTask<int> CountLeftAsync(string runId, CancellationToken cancellationToken = default) =>
        Disk.CountLeftAsync(runId, cancellationToken);

    public IDisposable WatchInbox(string runId, Action ring) =>
        Disk.WatchInbox(
            runId,
            () =>
            {
                if (!process.IsOver)
                    ring();
            }
        );

    public IDisposable WatchInboxes(Action<string> ring) =>
        Disk.WatchInboxes(runId =>
        {
            if (!process.IsOver)
                ring(runId);
        });

    public ValueTask DisposeAsync() => default;

    private ValueTask<bool> StrikesAsync(string runId, SimulationFaults possible, string when) =>
        StrikesAsync(process.RunOf(runId), possible, when);

    private static async ValueTask<bool> StrikesAsync(
        ProcessRun run,
        SimulationFaults possible,
        string when
    ) => await run.StrikeAsync(possible, "", when).ConfigureAwait(false) != SimulationFaults.None;

    private IOException Trouble(string runId, string what) => Trouble(process.RunOf(runId), what);

    private static IOException Trouble(ProcessRun run, string what)
    {
        run.Process.TroubleCount++;
        run.IsTroubled = true;
        return new($"simulated: {what}");
    }
}
