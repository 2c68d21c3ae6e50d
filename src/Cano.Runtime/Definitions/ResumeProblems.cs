namespace Cano.Runtime.Definitions;

/// <summary>What a workflow lacks whose runs are to be resumed.</summary>
internal static class ResumeProblems
{
    /// <summary>The problem of resuming without a store.</summary>
    public const string NoStore =
        "resume_from requires a checkpoint store: call WithCheckpoints or WithCheckpointStore";

    /// <summary>The problem of resuming all runs of a workflow without a name.</summary>
    public const string NoName = "resuming all runs requires a name to know them by: call WithName";
}
