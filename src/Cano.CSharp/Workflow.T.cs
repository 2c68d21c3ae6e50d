using Cano.Runtime.Definitions;
using Cano.Runtime.Errors;

namespace Cano;

/// <summary>A state machine over the user's own states: each has a task, and a task returns the next
/// state.</summary>
/// <remarks>Immutable: `With…`, `Register…` and `Add…` return a changed copy. One value runs many times, at
/// once if wanted. Wiring is checked before the first run; <see cref="Validate"/> asks earlier.</remarks>
public sealed partial class Workflow<TState>
    where TState : notnull
{
    private readonly WorkflowSetup<TState> _setup;
    private Definition? _definition;
    private CompiledWorkflow<TState>? _compiled;

    internal Workflow(WorkflowSetup<TState> setup) => _setup = setup;

    /// <summary>The states that have work, in the order of registration.</summary>
    public IReadOnlyCollection<TState> RegisteredStates =>
        [.. _setup.Handlers.Select(handler => handler.State)];

    /// <summary>The workflow as data: everything but the bodies of its tasks.</summary>
    public Definition Definition => _definition ??= _setup.Define();

    /// <summary>Everything the workflow was told.</summary>
    internal WorkflowSetup<TState> Setup => _setup;

    // Runs count on one compiled workflow, so of two made at once only one is kept.
    internal CompiledWorkflow<TState> Compiled =>
        _compiled
        ?? Interlocked.CompareExchange(ref _compiled, _setup.Compile(Definition), null)
        ?? _compiled;

    /// <summary>Checks the wiring. Over the cases of a union it tells of those without work that are no
    /// exits, too: a run is not refused for them, but fails when it comes to one.</summary>
    /// <exception cref="CanoException">`configuration`; <see cref="CanoError.Problems"/> lists every
    /// problem.</exception>
    public void Validate() =>
        InvalidConfiguration.ThrowIfAny([.. _setup.Problems(Definition), .. _setup.Unsaid(Definition)]);

    /// <summary>Checks what no run can do without.</summary>
    internal void RequireSound() => _ = Compiled;

    /// <summary>As <see cref="Validate"/>, for runs that start in a state; with every edge declared,
    /// reachability too.</summary>
    /// <exception cref="CanoException">`configuration`; <see cref="CanoError.Problems"/> lists every
    /// problem.</exception>
    public void ValidateInitialState(TState initial)
    {
        ArgumentNullException.ThrowIfNull(initial);
        InvalidConfiguration.ThrowIfAny([
            .. _setup.Problems(Definition, initial),
            .. _setup.Unsaid(Definition),
        ]);
    }

    /// <summary>Every problem of runs that start in a state.</summary>
    internal string[] ProblemsFrom(TState initial) => _setup.Problems(Definition, initial);

    /// <summary>A Mermaid state diagram.</summary>
    public string ToMermaid() => Kernel.Diagram.Mermaid(Definition);

    /// <summary>A Graphviz digraph.</summary>
    public string ToDot() => Kernel.Diagram.Dot(Definition);
}
