namespace Cano;

/// <summary>A store that finds and lists runs by itself, beside <see cref="ICheckpointStore"/>: its
/// <see cref="ICheckpointStore.ListRunsAsync"/> lists in the order of a <see cref="RunFilter"/>, no more than
/// its limit, and takes memory for a page at a time. Of any other store all runs are read, and filtered and
/// sorted by who asks.</summary>
public interface IRunIndex
{
    /// <summary>What is known of one run, by one look-up; null when no list has it.</summary>
    ValueTask<RunSummary?> FindAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>How many runs a listing would hold.</summary>
    ValueTask<long> CountAsync(RunFilter filter, CancellationToken cancellationToken = default);
}
