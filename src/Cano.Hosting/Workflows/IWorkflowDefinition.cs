using System.Diagnostics.CodeAnalysis;
using Cano.Hosting.Workflows;

namespace Cano;

/// <summary>A workflow as a class, which the container makes; see
/// <see cref="IWorkflowDefinition{TState}"/>.</summary>
public interface IWorkflowDefinition
{
    /// <summary>How the class is registered, which is known where its states are.</summary>
    /// <param name="label">What it is called while its name is not known.</param>
    /// <param name="make">Has the container make it.</param>
    internal static virtual WorkflowRegistration Registration(
        string label,
        Func<IServiceProvider, IWorkflowDefinition> make
    ) => throw new NotSupportedException("A class defines a workflow by IWorkflowDefinition<TState>.");
}

/// <summary>A workflow as a class: its constructor takes services, its name and its states are its
/// own.</summary>
/// <remarks>Made once, when the host starts or somebody asks the container for the workflow.</remarks>
public interface IWorkflowDefinition<[DynamicallyAccessedMembers(Workflow.Names)] TState>
    : IWorkflowDefinition
    where TState : notnull
{
    /// <summary>The workflow's name.</summary>
    string Name { get; }

    /// <summary>Registers the states.</summary>
    /// <param name="workflow">Has the name, and the container's services as resources.</param>
    Workflow<TState> Build(Workflow<TState> workflow);

    static WorkflowRegistration IWorkflowDefinition.Registration(
        string label,
        Func<IServiceProvider, IWorkflowDefinition> make
    ) =>
        new WorkflowRegistration<TState>(
            label,
            services => ((IWorkflowDefinition<TState>)make(services)).Name,
            (services, workflow) => ((IWorkflowDefinition<TState>)make(services)).Build(workflow),
            Workflow.Create<TState>
        );
}
