using System.Collections.Immutable;

namespace Cano;

/// <summary>A state's work as it was registered.</summary>
internal sealed record Registration<TState>(TState State, Body<TState> Body, ImmutableArray<TState>? To)
    where TState : notnull;

/// <summary>Everything a workflow was told so far. A value: changes make copies.</summary>
internal sealed record WorkflowSetup<TState>
    where TState : notnull
{
    public ImmutableList<Registration<TState>> Handlers { get; init; } = [];

    public ImmutableList<TState> Exits { get; init; } = [];

    public Resources Resources { get; init; } = new();

    public RunOptions Options { get; init; } = new();

    public string? Name { get; init; }

    public uint Version { get; init; }

    public string? WorkflowId { get; init; }

    public TimeSpan? TotalTimeout { get; init; }

    public TimeSpan? CompensationTimeout { get; init; }

    /// <summary>Adds a state's work, in the place of what was registered for it before.</summary>
    public WorkflowSetup<TState> With(Registration<TState> registration)
    {
        var before = Handlers.FindIndex(handler => EqualityComparer<TState>.Default.Equals(handler.State, registration.State));
        return this with { Handlers = before < 0 ? Handlers.Add(registration) : Handlers.SetItem(before, registration) };
    }

    public WorkflowSetup<TState> WithExits(IEnumerable<TState> states) =>
        this with { Exits = [.. Exits.Concat(states).Distinct()] };

    public Definition Define() =>
        new(
            Name,
            Version,
            Handlers.Select(Define).ToArray(),
            Exits.Select(StateNames<TState>.Of).ToArray(),
            TotalTimeout,
            CompensationTimeout
        );

    public CompiledWorkflow<TState> Compile(Definition definition)
    {
        CompiledWorkflow<TState>.Sound(Kernel.Check.Wiring(definition));
        var bodies = Handlers.ToDictionary(handler => handler.State, handler => handler.Body);
        return new CompiledWorkflow<TState>(definition, bodies, Exits, Options, Resources);
    }

    private static StateDefinition Define(Registration<TState> handler)
    {
        var name = StateNames<TState>.Of(handler.State);
        var to = handler.To?.Select(StateNames<TState>.Of).Distinct().ToArray();
        return new StateDefinition(name, handler.Body.TaskName ?? name, handler.Body.Define(), to);
    }
}
