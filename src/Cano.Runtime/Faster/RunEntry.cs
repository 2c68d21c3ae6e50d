namespace Cano;

/// <summary>What the index keeps of a run. Expectations move when an append is accepted; the rest when it is
/// on disk.</summary>
internal sealed class RunEntry(string id)
{
    public string Id { get; } = id;

    /// <summary>The checksum of the id, as frames carry it.</summary>
    public uint IdSum { get; } = Checksum.Of(id);

    /// <summary>The sequence that the next append has to have.</summary>
    public long NextSequence { get; set; }

    /// <summary>The newest fence claimed or used.</summary>
    public long Fence { get; set; } = AppendRule.FirstFence;

    /// <summary>How many of the run's frames wait to be on disk.</summary>
    public int Waiting { get; set; }

    /// <summary>The log address of each row, from the newest snapshot on.</summary>
    public List<long> Rows { get; } = [];

    /// <summary>The sequence of the newest row on disk; -1 without one.</summary>
    public long LastSequence { get; private set; } = -1;

    /// <summary>The log address of the newest claim, while no row carries its fence; else 0.</summary>
    public long ClaimAddress { get; set; }

    public RowKind LastKind { get; private set; }

    public string? State { get; private set; }

    public string? WorkflowName { get; private set; }

    public uint WorkflowVersion { get; private set; }

    /// <summary>What is wrong with the run; null when nothing is.</summary>
    public string? Damage { get; set; }

    /// <summary>The damage is a suspicion: the run's next row, if there is one, clears it.</summary>
    public bool IsDoubt { get; set; }

    /// <summary>Changes whenever rows are taken away.</summary>
    public int Shrunk { get; private set; }

    /// <summary>At an end: no further row is expected.</summary>
    public bool IsOver => LastKind is RowKind.Finished or RowKind.RollbackFinished;

    /// <summary>A row is on disk.</summary>
    public void Keep(CheckpointRow row, long address, SegmentUse segments)
    {
        if (row.Kind == RowKind.Snapshot)
            Release(segments);
        Pin(address, segments);
        DropClaim(segments);
        LastSequence = row.Sequence;
        LastKind = row.Kind;
        State = row.State;
        WorkflowName ??= row.WorkflowName;
        WorkflowVersion = row.WorkflowVersion;
    }

    /// <summary>The log keeps its space from this address on until the run is released.</summary>
    public void Pin(long address, SegmentUse segments)
    {
        Rows.Add(address);
        segments.Add(address);
    }

    /// <summary>A claim is on disk.</summary>
    public void KeepClaim(long address, SegmentUse segments)
    {
        DropClaim(segments);
        ClaimAddress = address;
        segments.Add(address);
    }

    /// <summary>The log's space under the run's rows and claim is needed no longer.</summary>
    public void Release(SegmentUse segments)
    {
        foreach (var address in Rows)
            segments.Remove(address);
        Rows.Clear();
        Shrunk++;
        DropClaim(segments);
    }

    /// <summary>Where the rows are now.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the run is damaged.</exception>
    public RunExtent Extent() =>
        Damage is null
            ? new(this, LastSequence - Rows.Count + 1, [.. Rows], Shrunk)
            : throw JournalError.Of(Damage);

    public RunSummary Summary() =>
        new(
            Id,
            Damage is null ? RunSummary.StatusOf(LastKind) : RunStatus.Damaged,
            WorkflowName,
            State,
            LastSequence,
            WorkflowVersion,
            Damage
        );

    private void DropClaim(SegmentUse segments)
    {
        if (ClaimAddress == 0)
            return;

        segments.Remove(ClaimAddress);
        ClaimAddress = 0;
    }
}
