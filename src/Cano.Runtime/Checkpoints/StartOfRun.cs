namespace Cano.Runtime.Checkpoints;

/// <summary>What a list tells of a run's start.</summary>
/// <param name="WorkflowName">The workflow's name; null when it has none.</param>
/// <param name="Ticks">When the run was started, in UTC; 0 where that is not known.</param>
/// <param name="ParentRunId">The run that it is a child of; null when it is none.</param>
/// <param name="Tags">What it was tagged with.</param>
internal readonly record struct StartOfRun(
    string? WorkflowName,
    long Ticks,
    string? ParentRunId,
    RunTags Tags
)
{
    /// <param name="first">The first row that is known: row 0, or a snapshot.</param>
    /// <param name="writtenAt">When it was written.</param>
    public StartOfRun(CheckpointRow first, DateTimeOffset? writtenAt)
        : this(
            first.WorkflowName,
            TicksOf(first.Sequence, first.Start?.StartedAt, UtcTicks.Of(writtenAt)),
            first.Start?.Parent?.RunId,
            RunTags.Of(first.Start?.Tags)
        ) { }

    /// <summary>Rows of format 1 say when they were written, but not when the run was started.</summary>
    /// <param name="sequence">The row's.</param>
    /// <param name="startedAt">What the row says.</param>
    /// <param name="writtenTicks">When it was written, in UTC; 0 where that is not known.</param>
    public static long TicksOf(long sequence, DateTimeOffset? startedAt, long writtenTicks) =>
        startedAt is { } told ? told.UtcTicks
        : sequence == 0 ? writtenTicks
        : 0;
}
