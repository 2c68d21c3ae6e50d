namespace Cano.Runtime.Checkpoints;

/// <summary>Where a run stands in a list: the newest start first, of equal starts by id; unknown starts come
/// last.</summary>
/// <param name="StartTicks">When the run was started, in UTC; 0 where that is not known.</param>
/// <param name="RunId">Its id; null stands behind all that were started then.</param>
internal readonly record struct RunPlace(long StartTicks, string? RunId)
{
    public static RunPlace Of(IListedRun run) => new(run.StartTicks, run.RunId);

    /// <summary>Below 0: the run is listed before this place; above: behind it.</summary>
    public int CompareOf(IListedRun run)
    {
        if (run.StartTicks != StartTicks)
            return StartTicks.CompareTo(run.StartTicks);
        // Ids are compared as they are: in some cultures two of them would be alike.
        return RunId is null ? -1 : string.CompareOrdinal(run.RunId, RunId);
    }

    /// <summary>For sorting.</summary>
    public static int Compare(RunSummary one, RunSummary other) => Of(other).CompareOf(one);
}
