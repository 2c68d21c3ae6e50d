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

    /// <summary>Seldom enough to cost little, often enough that a resume reads few rows.</summary>
    public int SnapshotEvery { get; init; } = 256;

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
            CompensationTimeout,
            SnapshotEvery
        );

    /// <summary>Every problem of the wiring.</summary>
    public string[] Problems(Definition definition) => [.. Kernel.Check.Wiring(definition), .. Clashes()];

    /// <summary>Every problem of runs that start in a state.</summary>
    public string[] Problems(Definition definition, TState initial) =>
        [.. Kernel.Check.Initial(definition, StateNames<TState>.Of(initial)), .. Clashes()];

    public CompiledWorkflow<TState> Compile(Definition definition)
    {
        CompiledWorkflow<TState>.Sound(Problems(definition));
        var bodies = Handlers.ToDictionary(handler => handler.State, handler => handler.Body);
        return new CompiledWorkflow<TState>(definition, bodies, Exits, Options, Resources);
    }

    /// <summary>A definition knows names only, so a state and an exit that share one are told apart here.</summary>
    private IEnumerable<string> Clashes() =>
        from handler in Handlers
        from exit in Exits
        where !EqualityComparer<TState>.Default.Equals(handler.State, exit)
        let name = StateNames<TState>.Of(exit)
        where name == StateNames<TState>.Of(handler.State)
        select $"State '{handler.State}' and exit state '{exit}' share the name '{name}' in the journal";

    private static StateDefinition Define(Registration<TState> handler)
    {
        var name = StateNames<TState>.Of(handler.State);
        var to = handler.To?.Select(StateNames<TState>.Of).Distinct().ToArray();
        return new StateDefinition(name, handler.Body.TaskName ?? name, handler.Body.Define(), to);
    }
}
