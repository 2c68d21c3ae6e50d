using System.Diagnostics.CodeAnalysis;
using Cano.Runtime.Definitions;

namespace Cano;

/// <summary>Begins workflows.</summary>
public static class Workflow
{
    /// <summary>What a trimmed program keeps of its states' type: the members of an enum, the cases of a
    /// union. Journals have their names.</summary>
    private const DynamicallyAccessedMemberTypes Names =
        DynamicallyAccessedMemberTypes.PublicFields
        | DynamicallyAccessedMemberTypes.PublicProperties
        | DynamicallyAccessedMemberTypes.NonPublicProperties
        | DynamicallyAccessedMemberTypes.PublicNestedTypes
        | DynamicallyAccessedMemberTypes.NonPublicNestedTypes;

    /// <summary>A workflow without states yet, whose tasks share these resources.</summary>
    public static Workflow<TState> Create<[DynamicallyAccessedMembers(Names)] TState>(
        Resources? resources = null
    )
        where TState : notnull => new(new WorkflowSetup<TState> { Resources = resources ?? new Resources() });

    /// <summary>A workflow without states and without resources.</summary>
    public static Workflow<TState> Bare<[DynamicallyAccessedMembers(Names)] TState>()
        where TState : notnull => Create<TState>();
}
