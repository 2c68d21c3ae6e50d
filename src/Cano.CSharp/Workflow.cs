using Cano.Runtime.Definitions;

namespace Cano;

/// <summary>Begins workflows.</summary>
public static class Workflow
{
    /// <summary>A workflow without states yet, whose tasks share these resources.</summary>
    public static Workflow<TState> Create<TState>(Resources? resources = null)
        where TState : notnull => new(new WorkflowSetup<TState> { Resources = resources ?? new Resources() });

    /// <summary>A workflow without states and without resources.</summary>
    public static Workflow<TState> Bare<TState>()
        where TState : notnull => Create<TState>();
}
