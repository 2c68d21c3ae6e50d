using Cano.Runtime.Observation;

namespace Cano.Testing.Driving;

/// <summary>A workflow each of whose decisions somebody hears.</summary>
internal static class ListenedWorkflow
{
    /// <summary>The same workflow, heard by this listener.</summary>
    public static Workflow<TState> By<TState>(Workflow<TState> workflow, IStepListener listener)
        where TState : notnull =>
        new(workflow.Setup with { Options = workflow.Setup.Options with { Steps = listener } });
}
