namespace Cano.Runtime.Checkpoints;

/// <summary>A run as a filter looks at it, without a summary being made.</summary>
internal interface IListedRun
{
    string RunId { get; }

    RunStatus Status { get; }

    string? WorkflowName { get; }

    uint WorkflowVersion { get; }

    string? State { get; }

    /// <summary>When it was started, in UTC; 0 where that is not known.</summary>
    long StartTicks { get; }

    string? ParentRunId { get; }

    RunTags Tags { get; }
}

/// <summary>A run as a store keeps it.</summary>
internal interface IKeptRun : IListedRun
{
    /// <summary>There is something to tell of it: a run that was only claimed is in no list.</summary>
    bool IsListed { get; }

    RunSummary Summary();
}
