using Cano.Runtime.Steps.Singles;

namespace Cano.Runtime.Definitions;

/// <summary>The states that a workflow declares to be pure.</summary>
internal static class PureStates
{
    /// <summary>What is wrong with the declarations.</summary>
    public static IEnumerable<string> Problems<TState>(WorkflowSetup<TState> setup)
        where TState : notnull
    {
        foreach (var state in setup.Pure)
        {
            var name = setup.States.NameOf(state);
            if (setup.Find(state) is not { } registered)
                yield return $"State '{name}' is declared pure and not registered: register it, or leave it out";
            else if (StepOf(registered.Body) is null)
                yield return $"State '{name}' is declared pure, and is no plain task: only a state with one task, "
                    + "without compensation, can be";
        }
    }

    /// <summary>The step of a body in a state that is declared pure; null: it cannot be.</summary>
    public static StepKind? StepOf<TState>(Steps.Body<TState> body)
        where TState : notnull =>
        body is TaskBody<TState> && body.Define() is StepKind.Single single
            ? StepKind.NewPure(single.Policy)
            : null;
}
