using Cano.Faster.Frames;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Indexes;

/// <summary>What the index keeps of a run. Expectations move when an append is accepted; the rest when it is
/// on disk.</summary>
internal sealed partial class RunEntry(string id, RowAddresses rows) : IKeptRun
{
    public string Id { get; } = id;

    /// <summary>The checksum of the id, as frames carry it.</summary>
    public uint IdSum { get; } = Checksum.Of(id);

    /// <summary>The sequence that the next append has to have.</summary>
    public long NextSequence { get; set; }

    /// <summary>The newest fence claimed or used.</summary>
    public long Fence { get; set; } = AppendRule.FirstFence;

    /// <summary>What the run is after its newest row, on disk or not.</summary>
    public RowStatus NextStatus { get; set; }

    /// <summary>Of a run that failed, its error's category, on disk or not; else null.</summary>
    public string? NextCategory { get; set; }

    /// <summary>Null as long as nothing was sent.</summary>
    public RunInbox? Inbox { get; set; }

    /// <summary>How many entries the inbox was given, as frames carry it.</summary>
    public ushort InboxCount => unchecked((ushort)(Inbox?.Next ?? 0));

    /// <summary>How many of the run's frames wait to be on disk.</summary>
    public int Waiting { get; set; }

    /// <summary>The sequence of the newest row on disk; -1 without one.</summary>
    public long LastSequence { get; private set; } = -1;

    /// <summary>The rows from the newest snapshot on.</summary>
    private int oldestRow = RowAddresses.None;

    private int newestRow = RowAddresses.None;

    private int rowCount;

    /// <summary>The newest claim, while no row and no copy's head carries its fence; else none.</summary>
    private LogSpan claim;

    /// <summary>Where the run's copy begins, when its first rows are copied ones; else 0.</summary>
    private long copyAddress;

    /// <summary>From where on the log is kept for this run; 0: nowhere.</summary>
    private long pinned;

    /// <summary>The bytes of the log that hold the run's rows, and the head of their copy.</summary>
    public long RowBytes { get; private set; }

    /// <summary>The copy of this run that is being written, else null.</summary>
    public RunCopy? Copy { get; set; }

    /// <summary>How the run fares.</summary>
    public RunStanding Progress { get; set; } = RunStanding.None;

    /// <summary>What the run is after its newest row on disk.</summary>
    public RowStatus Status { get; private set; }

    public string? State { get; private set; }

    public string? WorkflowName { get; private set; }

    public uint WorkflowVersion { get; private set; }

    /// <summary>When the run was started, in UTC; 0 where that is not known.</summary>
    public long StartTicks { get; set; }

    private long updateTicks;

    private long wakeTicks;

    private RareFacts? rare;

    /// <summary>What is wrong with the run; null when nothing is.</summary>
    public string? Damage => RowDamage ?? Inbox?.Damage;

    /// <summary>What is wrong with its rows; null when nothing is.</summary>
    public string? RowDamage { get; set; }

    /// <summary>The damage is a suspicion: the run's next row, if there is one, clears it.</summary>
    public bool IsDoubt { get; set; }

    /// <summary>Changes whenever rows are taken away or moved.</summary>
    public int Moved { get; private set; }

    /// <summary>At an end: no further row is expected.</summary>
    public bool IsOver => RowStatuses.IsEnd(Status);

    /// <summary>A row is on disk.</summary>
    public void Keep(in RowFacts row, LogSpan span, SegmentUse segments)
    {
        if (row.Kind == RowKind.Snapshot)
            DropRows(segments);
        DropClaim(segments);
        Pin(span, segments);
        LastSequence = row.Sequence;
        Status = row.Status;
        State = row.State;
        WorkflowName ??= row.WorkflowName;
        WorkflowVersion = row.WorkflowVersion;
        (updateTicks, wakeTicks) = (row.Ticks, row.WakeTicks);
        rare = RareFacts.After(rare, row.Rare);
        Progress = Progress.After(row.Kind, row.Visit, IsOver ? row.Ticks : 0);
        Inbox?.Take(row, segments);
    }

    /// <summary>An entry of the inbox is on disk.</summary>
    public void KeepEntry(in InboxPlace place, SegmentUse segments)
    {
        Inbox!.Keep(place, segments);
        KeepRequest(place.Kind);
        MovePin(segments);
    }

    /// <summary>As <see cref="KeepEntry"/> of an entry that the recovery scan found, which the inbox has
    /// already.</summary>
    public void FindEntry(in InboxPlace place, SegmentUse segments)
    {
        KeepRequest(place.Kind);
        MovePin(segments);
    }

    private void KeepRequest(InboxKind kind)
    {
        if (kind == InboxKind.Cancel)
            Progress = Progress.CancelAccepted();
    }

    /// <summary>The log keeps its space for the inbox as that is now.</summary>
    public void PinInbox(SegmentUse segments) => MovePin(segments);

    /// <summary>The log keeps its space from here on until the run is forgotten.</summary>
    public void Pin(LogSpan span, SegmentUse segments)
    {
        newestRow = rows.Add(span.Address, newestRow);
        rowCount++;
        Count(span.Size, segments);
        // Behind other rows it is not the oldest.
        if (rowCount > 1)
            return;

        oldestRow = newestRow;
        MovePin(segments);
    }

    /// <summary>A claim is on disk.</summary>
    public void KeepClaim(LogSpan span, SegmentUse segments)
    {
        DropClaim(segments);
        claim = span;
        segments.LiveBytes += span.Size;
        Progress = Progress.Claimed();
        MovePin(segments);
    }

    /// <summary>The rows of the run are those of a copy: the log keeps its space from the copy's head on. A
    /// snapshot among them takes nothing of it away.</summary>
    public void KeepCopyHead(LogSpan head, SegmentUse segments)
    {
        copyAddress = head.Address;
        Count(head.Size, segments);
        MovePin(segments);
    }

    /// <summary>All of a copy is on disk: the run's first rows are there now. Rows and claims that came while
    /// it was written stay where they are.</summary>
    public void MoveTo(RunCopy copy, SegmentUse segments)
    {
        rows.Replace(newestRow, rowCount, copy.Addresses);
        copyAddress = copy.Head.Address;
        Count(copy.Size - copy.OldSize, segments);
        if (claim.Address < copyAddress)
            DropClaim(segments);
        // One that was begun while the copy was written lies behind it.
        if (copy.Inbox is not null)
            Inbox!.MoveTo(copy, segments);
        Moved++;
        MovePin(segments);
    }

    /// <summary>The log's space under the run is needed no longer.</summary>
    public void Forget(SegmentUse segments)
    {
        DropRows(segments);
        DropClaim(segments);
        Inbox?.Forget(segments);
        MovePin(segments);
    }

    /// <summary>Where the rows are now.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the run is damaged.</exception>
    public RunExtent Extent() =>
        Damage is null
            ? new(this, LastSequence - rowCount + 1, rows.ToArray(newestRow, rowCount), Moved)
            : throw JournalError.Of(Damage);

    /// <summary>A run that was only claimed is in no list.</summary>
    public bool IsListed => LastSequence >= 0 || Damage is not null;

    string IListedRun.RunId => Id;

    RunStatus IListedRun.Status => Damage is null ? RunSummary.StatusOf(Status, Progress) : RunStatus.Damaged;

    string? IListedRun.ParentRunId => rare?.ParentRunId;

    RunTags IListedRun.Tags => rare?.Tags ?? RunTags.None;

    public RunSummary Summary()
    {
        IListedRun listed = this;
        return new(Id, listed.Status, WorkflowName, State, LastSequence, WorkflowVersion, Damage)
        {
            Visit = Progress.Visit,
            StartedAt = UtcTicks.Instant(StartTicks),
            UpdatedAt = UtcTicks.Instant(updateTicks),
            EndedAt = Progress.EndedAt,
            WakesAt = UtcTicks.Instant(wakeTicks),
            ParentRunId = listed.ParentRunId,
            Tags = listed.Tags,
            Category = rare?.Category,
            Tries = Progress.Tries,
        };
    }

    private void DropRows(SegmentUse segments)
    {
        Count(-RowBytes, segments);
        rows.Remove(oldestRow, newestRow);
        (oldestRow, newestRow, rowCount) = (RowAddresses.None, RowAddresses.None, 0);
        copyAddress = 0;
        Moved++;
    }

    private void DropClaim(SegmentUse segments)
    {
        segments.LiveBytes -= claim.Size;
        claim = default;
    }

    private void Count(long size, SegmentUse segments)
    {
        RowBytes += size;
        segments.LiveBytes += size;
    }

    /// <summary>A claim comes after the rows: a row under its fence takes its place.</summary>
    private void MovePin(SegmentUse segments)
    {
        var oldest =
            copyAddress > 0 ? copyAddress
            : rowCount > 0 ? rows[oldestRow]
            : claim.Address;
        if (Inbox is { Base: > 0 and var first } && (oldest == 0 || first < oldest))
            oldest = first;
        if (oldest == pinned)
            return;

        segments.Move(this, pinned, oldest);
        pinned = oldest;
    }
}
