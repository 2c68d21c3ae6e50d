using Cano.Runtime.Definitions;

namespace Cano.CSharp.Engine;

/// <summary>Stands around the workflows of an engine: the seam at which a simulation takes their runs
/// over.</summary>
internal interface IWorkflowFrame
{
    /// <summary>What runs of a workflow are run with there.</summary>
    /// <param name="setup">What the workflow and the engine say.</param>
    WorkflowSetup<TState> Around<TState>(WorkflowSetup<TState> setup)
        where TState : notnull;
}
