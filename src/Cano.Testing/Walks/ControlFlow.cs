using Cano.Kernel;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;

namespace Cano.Testing;

/// <summary>Walks workflows without running a task: the kernel's own decisions on answers that a test makes
/// up.</summary>
public static class ControlFlow
{
    /// <summary>The control flow of a workflow.</summary>
    /// <exception cref="CanoException">`configuration`: the workflow's wiring is wrong.</exception>
    public static ControlFlow<TState> Of<TState>(Workflow<TState> workflow)
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(workflow);
        workflow.RequireSound();
        return new ControlFlow<TState>(workflow.Compiled.Plan, workflow.Setup.States);
    }
}

/// <summary>A workflow's control flow.</summary>
public sealed class ControlFlow<TState>
    where TState : notnull
{
    private readonly Plan _plan;
    private readonly States<TState> _states;

    internal ControlFlow(Plan plan, States<TState> states) => (_plan, _states) = (plan, states);

    /// <summary>A run that has just entered its first state.</summary>
    /// <exception cref="CanoException">`configuration`: no run can begin there.</exception>
    public Walk<TState> StartAt(TState initial)
    {
        ArgumentNullException.ThrowIfNull(initial);
        var name = _states.NameOf(initial);
        InvalidConfiguration.ThrowIfAny(Check.Initial(_plan.Definition, name));
        return new Walk<TState>(_plan, _states, Run.Fresh(Target.Of(_plan.NumberOf(name))), []).After(
            RunEvent.NewStarted(false)
        );
    }
}
