using System.Diagnostics.CodeAnalysis;
using Cano.Runtime.Data;
using Cano.Runtime.Definitions;

namespace Cano;

/// <summary>Begins workflows.</summary>
public static class Workflow
{
    /// <summary>What a trimmed program keeps of its states' type: the members of an enum, the cases of a
    /// union. Journals have their names.</summary>
    internal const DynamicallyAccessedMemberTypes Names =
        DynamicallyAccessedMemberTypes.PublicFields
        | DynamicallyAccessedMemberTypes.PublicProperties
        | DynamicallyAccessedMemberTypes.NonPublicProperties
        | DynamicallyAccessedMemberTypes.PublicNestedTypes
        | DynamicallyAccessedMemberTypes.NonPublicNestedTypes;

    /// <summary>A workflow without states yet, whose tasks share these resources.</summary>
    public static Workflow<TState> Create<[DynamicallyAccessedMembers(Names)] TState>(
        Resources? resources = null
    )
        where TState : notnull => Over(States<TState>.ByValue, resources);

    /// <summary>A workflow without states yet over an F# union each of whose cases is a state, whatever its
    /// fields hold: values of one case are one state, and the fields go with the transition that leads to it.
    /// They are journaled with it and are there again after a resume; <see cref="TaskContext.StateAs"/> gives
    /// them to the state's task.</summary>
    /// <remarks>Where a state is named to register it, to declare what may follow, or as an exit, its case
    /// alone counts. What the fields hold goes on to a journal as JSON.</remarks>
    /// <exception cref="ArgumentException">The type is no union.</exception>
    public static Workflow<TState> OfCases<[DynamicallyAccessedMembers(Names)] TState>(
        Resources? resources = null
    )
        where TState : notnull =>
        Over(
            UnionStates<TState>.Known
                ?? throw new ArgumentException($"`{TypeNames.Of(typeof(TState))}` is no union: use Create"),
            resources
        );

    private static Workflow<TState> Over<TState>(States<TState> states, Resources? resources)
        where TState : notnull =>
        new(new WorkflowSetup<TState>(states) { Resources = resources ?? new Resources() });

    /// <summary>A workflow without states and without resources.</summary>
    public static Workflow<TState> Bare<[DynamicallyAccessedMembers(Names)] TState>()
        where TState : notnull => Create<TState>();
}
