using System.Runtime.CompilerServices;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Steps;
using Cano.Runtime.Steps.Singles;
using Cano.Runtime.Steps.Splits;
using Cano.Runtime.Steps.Waits;

namespace Cano;

// What a workflow does in its states. Registering a state again replaces its work; `to` declares the states
// that may follow.
public sealed partial class Workflow<TState>
{
    /// <summary>Gives a state a task, in place of any work it had.</summary>
    /// <param name="state">The state.</param>
    /// <param name="task">Its work, which returns the next state.</param>
    /// <param name="to">The states that may follow, if declared: another answer then fails the run.</param>
    public Workflow<TState> Register(TState state, ITask<TState> task, IEnumerable<TState>? to = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        Lookalikes.ThrowIfAny(task);
        return With(state, new TaskBody<TState>(task, StepKind.NewSingle), to);
    }

    /// <summary>Gives a state a body; its task is named as the state. A body that awaits takes both
    /// parameters, the context and the token.</summary>
    public Workflow<TState> Register(
        TState state,
        Func<TaskContext, CancellationToken, ValueTask<TState>> body,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return With(state, new TaskBody<TState>(Named(state, body, config), StepKind.NewSingle), to);
    }

    /// <inheritdoc cref="Register(TState, Func{TaskContext, CancellationToken, ValueTask{TState}}, TaskConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-1)]
    public Workflow<TState> Register(
        TState state,
        Func<TaskContext, CancellationToken, Task<TState>> body,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return Register(
            state,
            (context, token) =>
                new ValueTask<TState>(body(context, token) ?? throw InvalidAnswer.OfNullTask(context.State)),
            config,
            to
        );
    }

    /// <summary>Gives a state a synchronous body; its task is named as the state.</summary>
    public Workflow<TState> Register(
        TState state,
        Func<TaskContext, TState> body,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return Register(state, (context, _) => new ValueTask<TState>(body(context)), config, to);
    }

    /// <summary>Gives a state a router: it chooses the next state and leaves no row in the journal.</summary>
    public Workflow<TState> RegisterRouter(
        TState state,
        IRouterTask<TState> router,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(router);
        Lookalikes.ThrowIfAny(router);
        var task = CanoTask.From(router.Name, router.RouteAsync, router.Config);
        return With(state, new TaskBody<TState>(task, StepKind.NewRouter), to);
    }

    /// <inheritdoc cref="RegisterRouter(TState, IRouterTask{TState}, IEnumerable{TState}?)"/>
    public Workflow<TState> RegisterRouter(
        TState state,
        Func<TaskContext, TState> route,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(route);
        var task = Named(state, (context, _) => new ValueTask<TState>(route(context)), null);
        return With(state, new TaskBody<TState>(task, StepKind.NewRouter), to);
    }

    /// <summary>Gives a state branches that run in parallel; the states they return do not matter.</summary>
    public Workflow<TState> RegisterSplit(
        TState state,
        IEnumerable<ITask<TState>> branches,
        JoinConfig<TState> join
    )
    {
        ArgumentNullException.ThrowIfNull(branches);
        return With(state, new TaskSplit<TState>(branches, RequireComplete(join), _setup.States), null);
    }

    /// <summary>Gives a state branches that are listed at each entry; none at all joins at once.</summary>
    public Workflow<TState> RegisterSplit(
        TState state,
        Func<TaskContext, IEnumerable<ITask<TState>>> branches,
        JoinConfig<TState> join
    )
    {
        ArgumentNullException.ThrowIfNull(branches);
        return With(state, new TaskSplit<TState>(branches, RequireComplete(join), _setup.States), null);
    }

    /// <summary>Makes a state wait for signals, or until a time is up: for the first of it that
    /// comes.</summary>
    /// <remarks>Signals are sent by <see cref="CanoEngine"/>. A run whose store keeps no inbox, or that has
    /// no store, hears of none: it goes on when its time is up, and a wait without a time is
    /// refused.</remarks>
    public Workflow<TState> RegisterWait(TState state, Wait<TState> wait)
    {
        ArgumentNullException.ThrowIfNull(wait);
        return With(state, new WaitBody<TState>(wait, _setup.States), null);
    }

    /// <summary>A state in which runs end. If it has work too, that never runs.</summary>
    public Workflow<TState> AddExitState(TState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return AddExitStates([state]);
    }

    /// <summary>States in which runs end.</summary>
    public Workflow<TState> AddExitStates(params IEnumerable<TState> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        return new Workflow<TState>(_setup.WithExits(RequireComplete(states, nameof(states))));
    }

    /// <summary>The join as it is. `with` and the constructor of a record can leave its parts out.</summary>
    private static JoinConfig<TState> RequireComplete(JoinConfig<TState> join)
    {
        ArgumentNullException.ThrowIfNull(join);
        ArgumentNullException.ThrowIfNull(join.Strategy, nameof(join));
        ArgumentNullException.ThrowIfNull(join.Next, nameof(join));
        return join;
    }

    private ITask<TState> Named(
        TState state,
        Func<TaskContext, CancellationToken, ValueTask<TState>> body,
        TaskConfig? config
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        return CanoTask.From(_setup.States.NameOf(state), body, config);
    }

    private Workflow<TState> With(TState state, Body<TState> body, IEnumerable<TState>? to)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new Workflow<TState>(
            _setup.With(state, body, to is null ? null : RequireComplete(to, nameof(to)))
        );
    }

    /// <summary>States none of which is null.</summary>
    private static TState[] RequireComplete(IEnumerable<TState> states, string parameter)
    {
        TState[] all = [.. states];
        return all.Any(state => state is null)
            ? throw new ArgumentNullException(parameter, "One of the states is null.")
            : all;
    }
}
