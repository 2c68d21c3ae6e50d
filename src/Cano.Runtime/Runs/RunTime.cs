using Cano.Kernel;
using Cano.Runtime.Scope;

namespace Cano.Runtime.Runs;

/// <summary>From when on the total time of an engine's run counts: over waits, its queue, suspends and
/// restarts.</summary>
internal static class RunTime
{
    /// <summary>When the run was retried; null when it was not. Its newest snapshot knows of retries before
    /// it.</summary>
    public static DateTimeOffset? RetriedAt(
        in Run run,
        IReadOnlyList<CheckpointRow> rows,
        TakeUpFor why,
        RunOptions options
    )
    {
        if (why == TakeUpFor.Retry)
            return options.Time.GetUtcNow();
        CheckpointRow[] ordered = [.. rows.OrderBy(row => row.Sequence)];
        for (var i = ordered.Length - 1; i > 0; i--)
            if (RowStatuses.IsEnd(ordered[i - 1].Status))
                return ordered[i].WrittenAt;
        return run.Durable.RetriedAt;
    }
}
