using System.Diagnostics.CodeAnalysis;
using Cano.Hosting.Scopes;
using Cano.Runtime.Steps.Batches;
using Cano.Runtime.Steps.Nodes;

namespace Cano;

/// <summary>Tasks that the container makes: each attempt, and each compensation, has one of its own, in a
/// scope that is disposed of with it.</summary>
/// <remarks>The class is a service of the container, or has a constructor whose parameters are. Its name, its
/// configuration and what else it says of itself come from one instance, which is made where it is registered
/// and disposed of at once.</remarks>
public static class HostedWorkflowExtensions
{
    private const DynamicallyAccessedMemberTypes Constructors =
        DynamicallyAccessedMemberTypes.PublicConstructors;

    /// <summary>Gives a state a task of this class.</summary>
    /// <exception cref="CanoException">`configuration`: no container is behind the workflow, or it cannot
    /// make the task.</exception>
    public static Workflow<TState> Register<TState, [DynamicallyAccessedMembers(Constructors)] TTask>(
        this Workflow<TState> workflow,
        TState state,
        IEnumerable<TState>? to = null
    )
        where TState : notnull
        where TTask : class, ITask<TState> =>
        Given(workflow).Register(state, workflow.TaskOf<TState, TTask>(), to);

    /// <summary>A task of this class, for a branch of a split.</summary>
    /// <exception cref="CanoException">`configuration`: no container is behind the workflow, or it cannot
    /// make the task.</exception>
    public static ITask<TState> TaskOf<TState, [DynamicallyAccessedMembers(Constructors)] TTask>(
        this Workflow<TState> workflow
    )
        where TState : notnull
        where TTask : class, ITask<TState>
    {
        var scopes = TaskScopes<ITask<TState>>.Of<TState, TTask>(workflow);
        var (name, config) = scopes.Ask(task => (task.Name, task.Config));
        return new ScopedTask<TState, ITask<TState>>(scopes, name, config, task => task);
    }

    /// <summary>Gives a state a node of this class: the three calls of an attempt share it.</summary>
    /// <exception cref="CanoException">`configuration`: no container is behind the workflow, or it cannot
    /// make the task.</exception>
    public static Workflow<TState> RegisterNode<
        TState,
        [DynamicallyAccessedMembers(Constructors)] TTask,
        TPrep,
        TExec
    >(this Workflow<TState> workflow, TState state, IEnumerable<TState>? to = null)
        where TState : notnull
        where TTask : class, INode<TState, TPrep, TExec>
    {
        var scopes = TaskScopes<INode<TState, TPrep, TExec>>.Of<TState, TTask>(workflow);
        var (name, config) = scopes.Ask(node => (node.Name, node.Config));
        var task = new ScopedTask<TState, INode<TState, TPrep, TExec>>(
            scopes,
            name,
            config,
            node => new NodeTask<TState, TPrep, TExec>(node)
        );
        return workflow.Register(state, task, to);
    }

    /// <summary>Gives a state a router of this class.</summary>
    /// <exception cref="CanoException">`configuration`: no container is behind the workflow, or it cannot
    /// make the task.</exception>
    public static Workflow<TState> RegisterRouter<TState, [DynamicallyAccessedMembers(Constructors)] TTask>(
        this Workflow<TState> workflow,
        TState state,
        IEnumerable<TState>? to = null
    )
        where TState : notnull
        where TTask : class, IRouterTask<TState> =>
        Given(workflow)
            .RegisterRouter(
                state,
                new ScopedRouter<TState>(TaskScopes<IRouterTask<TState>>.Of<TState, TTask>(workflow)),
                to
            );

    /// <summary>Gives a state a poll of this class. Each look has one of its own.</summary>
    /// <exception cref="CanoException">`configuration`: no container is behind the workflow, or it cannot
    /// make the task.</exception>
    public static Workflow<TState> RegisterPoll<TState, [DynamicallyAccessedMembers(Constructors)] TTask>(
        this Workflow<TState> workflow,
        TState state,
        IEnumerable<TState>? to = null
    )
        where TState : notnull
        where TTask : class, IPollTask<TState> =>
        Given(workflow)
            .Register(
                state,
                new ScopedPoll<TState>(TaskScopes<IPollTask<TState>>.Of<TState, TTask>(workflow)),
                to
            );

    /// <summary>Gives a state a timer of this class. Each of its two calls has one of its own.</summary>
    /// <exception cref="CanoException">`configuration`: no container is behind the workflow, or it cannot
    /// make the task.</exception>
    public static Workflow<TState> RegisterTimer<TState, [DynamicallyAccessedMembers(Constructors)] TTask>(
        this Workflow<TState> workflow,
        TState state,
        IEnumerable<TState>? to = null
    )
        where TState : notnull
        where TTask : class, ITimerTask<TState> =>
        Given(workflow)
            .Register(
                state,
                new ScopedTimer<TState>(TaskScopes<ITimerTask<TState>>.Of<TState, TTask>(workflow)),
                to
            );

    /// <summary>Gives a state a batch of this class: load, items and finish of an attempt share it, items
    /// that are under way at once too.</summary>
    /// <exception cref="CanoException">`configuration`: no container is behind the workflow, or it cannot
    /// make the task.</exception>
    public static Workflow<TState> RegisterBatch<
        TState,
        [DynamicallyAccessedMembers(Constructors)] TTask,
        TItem,
        TOutput
    >(this Workflow<TState> workflow, TState state, IEnumerable<TState>? to = null)
        where TState : notnull
        where TTask : class, IBatchTask<TState, TItem, TOutput>
    {
        var scopes = TaskScopes<IBatchTask<TState, TItem, TOutput>>.Of<TState, TTask>(workflow);
        var (name, config) = scopes.Ask(batch => (batch.Name, batch.Config));
        var task = new ScopedTask<TState, IBatchTask<TState, TItem, TOutput>>(
            scopes,
            name,
            config,
            batch => new BatchLoop<TState, TItem, TOutput>(batch)
        );
        return workflow.Register(state, task, to);
    }

    /// <summary>Gives a state a step of a saga of this class. The compensation has one of its own.</summary>
    /// <exception cref="CanoException">`configuration`: no container is behind the workflow, or it cannot
    /// make the task.</exception>
    public static Workflow<TState> RegisterWithCompensation<
        TState,
        [DynamicallyAccessedMembers(Constructors)] TTask,
        TOutput
    >(this Workflow<TState> workflow, TState state, IEnumerable<TState>? to = null, TaskConfig? undo = null)
        where TState : notnull
        where TTask : class, ICompensatableTask<TState, TOutput> =>
        Given(workflow)
            .RegisterWithCompensation(
                state,
                new ScopedCompensatable<TState, TOutput>(
                    TaskScopes<ICompensatableTask<TState, TOutput>>.Of<TState, TTask>(workflow)
                ),
                to,
                undo
            );

    /// <summary>Gives a state stepped work of this class. Each step has one of its own.</summary>
    /// <exception cref="CanoException">`configuration`: no container is behind the workflow, or it cannot
    /// make the task.</exception>
    public static Workflow<TState> RegisterStepped<
        TState,
        [DynamicallyAccessedMembers(Constructors)] TTask,
        TCursor
    >(this Workflow<TState> workflow, TState state, IEnumerable<TState>? to = null)
        where TState : notnull
        where TTask : class, ISteppedTask<TState, TCursor> =>
        Given(workflow)
            .RegisterStepped(
                state,
                new ScopedStep<TState, TCursor>(
                    TaskScopes<ISteppedTask<TState, TCursor>>.Of<TState, TTask>(workflow)
                ),
                to
            );

    /// <summary>Gives a state a stream of this class: a visit has one, from its source's opening to its
    /// end.</summary>
    /// <exception cref="CanoException">`configuration`: no container is behind the workflow, or it cannot
    /// make the task.</exception>
    public static Workflow<TState> RegisterStream<
        TState,
        [DynamicallyAccessedMembers(Constructors)] TTask,
        TItem,
        TOutput,
        TCursor
    >(this Workflow<TState> workflow, TState state, IEnumerable<TState>? to = null)
        where TState : notnull
        where TTask : class, IStreamTask<TState, TItem, TOutput, TCursor> =>
        Given(workflow)
            .RegisterStream(
                state,
                new ScopedStream<TState, TItem, TOutput, TCursor>(
                    TaskScopes<IStreamTask<TState, TItem, TOutput, TCursor>>.Of<TState, TTask>(workflow)
                ),
                to
            );

    private static Workflow<TState> Given<TState>(Workflow<TState> workflow)
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(workflow);
        return workflow;
    }
}
