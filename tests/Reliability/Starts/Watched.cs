namespace Cano.Reliability.Starts;

/// <summary>Whether what an engine tells of a run is what the rules say.</summary>
internal static class Watched
{
    /// <summary>The worlds in which it is.</summary>
    /// <param name="worlds">Those that may be.</param>
    /// <param name="info">What the engine tells.</param>
    /// <param name="body">Which body is open.</param>
    /// <param name="wasRaced">How often the run was claimed is not known then: it is what the engine
    /// says.</param>
    public static HashSet<World> Narrowed(
        IEnumerable<World> worlds,
        RunInfo? info,
        string? body,
        bool wasRaced
    ) =>
        [
            .. worlds
                .Select(world =>
                    wasRaced && world.Run is { } run && info is not null
                        ? world with
                        {
                            Run = run with { Tries = info.Tries },
                        }
                        : world
                )
                .Where(world =>
                    world.Run is { } run ? info is not null && Is(run, info, body) : info is null
                ),
        ];

    private static bool Is(Known run, RunInfo info, string? body) =>
        info.WorkflowName == run.Plot.ToString()
        && (info.Status == run.Status || (run.IsOrphan && IsLeft(run, info.Status)))
        && info.HasEnded == run.Ended is not null
        && info.Tries == run.Tries
        && info.Held is null
        && info.Waiting?.Until == (run.Status == RunStatus.Waiting ? run.Due : null)
        && (run.Undoing is not null || info.State == run.State)
        && (run.Ended is null || info.Error is not null == (run.Ended != RunStatus.Completed))
        && body == run.Body;

    /// <summary>Of a process that died a store may know it or not.</summary>
    private static bool IsLeft(Known run, RunStatus status) =>
        run.Status == RunStatus.Running && status == RunStatus.Suspended;
}
