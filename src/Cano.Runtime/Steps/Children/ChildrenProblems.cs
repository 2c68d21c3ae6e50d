namespace Cano.Runtime.Steps.Children;

/// <summary>What is wrong with children beyond what a definition tells.</summary>
internal static class ChildrenProblems
{
    /// <summary>Nobody holds the runs that would be started.</summary>
    public const string NoEngine =
        "The workflow starts children, which are runs of an engine: open a CanoEngine, add the workflow, and start its runs there";
}
