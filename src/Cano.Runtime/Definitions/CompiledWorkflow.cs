using Cano.Kernel;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps;
using Cano.Runtime.Steps.Children;
using Cano.Runtime.Steps.Singles;
using Cano.Runtime.Steps.Waits;

namespace Cano.Runtime.Definitions;

/// <summary>A workflow ready to run: the plan for the kernel, and the bodies and states behind its
/// numbers.</summary>
internal sealed class CompiledWorkflow<TState>
    where TState : notnull
{
    private readonly Dictionary<TState, int> _numbers;
    private readonly TState[] _states;
    private readonly Body<TState>?[] _bodies;
    private readonly ITask<TState>?[] _walked;
    private readonly Task<TState>?[] _ends;
    private readonly bool[] _mayStart;
    private readonly bool[]? _returning;

    // By state, the number of the state that followed it first, which is what mostly follows; none so far:
    // its own.
    private readonly int[] _followers;

    /// <summary>Compiles a sound definition.</summary>
    /// <param name="definition">A definition in which Check.Wiring finds no problem.</param>
    /// <param name="handlers">Every state that has work, once.</param>
    /// <param name="exits">The exit states.</param>
    /// <param name="options">What the runs are run with.</param>
    /// <param name="resources">What the runs share.</param>
    public CompiledWorkflow(
        Definition definition,
        IReadOnlyList<Registration<TState>> handlers,
        IEnumerable<TState> exits,
        RunOptions options,
        Resources resources
    )
    {
        // One that has work and ends runs is among both.
        var ending = exits.Select(exit => (State: exit, Name: StateNames<TState>.Of(exit))).ToArray();
        Plan = Plan.Compile(
            definition,
            handlers.Select(handler => (handler.State, handler.Name)).Concat(ending).SelectMany(Aliases)
        );
        Options = options;
        Resources = resources;
        Shared = new SharedResourceUse(resources, options.Logger, options.Dispatcher);
        _numbers = new(Plan.Nodes.Count);
        _states = new TState[Plan.Nodes.Count];
        _bodies = new Body<TState>?[Plan.Nodes.Count];
        _walked = new ITask<TState>?[Plan.Nodes.Count];
        _ends = new Task<TState>?[Plan.Nodes.Count];
        _mayStart = new bool[Plan.Nodes.Count];
        _followers = [.. Enumerable.Range(0, Plan.Nodes.Count)];
        foreach (var handler in handlers)
            Put(handler.Body, Put(handler.State, handler.Name));
        foreach (var (state, name) in ending)
            Put(state, name);
    }

    public Plan Plan { get; }

    public RunOptions Options { get; }

    public Resources Resources { get; }

    public SharedResourceUse Shared { get; }

    /// <summary>Whether a state waits for signals.</summary>
    public bool HasSignals { get; private set; }

    /// <summary>Whether a state starts children.</summary>
    public bool HasChildren { get; private set; }

    /// <summary>The first state that nothing but a signal takes further; null when there is none.</summary>
    public string? OpenWait { get; private set; }

    /// <summary>The exits that no run may reach without an output.</summary>
    public IEnumerable<TState> Returning
    {
        init
        {
            foreach (var exit in value)
                (_returning ??= new bool[_states.Length])[_numbers[exit]] = true;
        }
    }

    /// <summary>Whether no run may come to the state with this number without an output.</summary>
    public bool MustReturn(int number) => _returning is { } returning && returning[number];

    /// <summary>The number of a state; false when the workflow does not have it.</summary>
    public bool TryNumber(TState? state, out int number)
    {
        number = -1;
        return state is not null && _numbers.TryGetValue(state, out number);
    }

    /// <summary>As <see cref="TryNumber(TState, out int)"/>, of a state that follows another one: mostly the
    /// same.</summary>
    public bool TryNumber(int from, TState? state, out int number)
    {
        number = _followers[from];
        if (EqualityComparer<TState?>.Default.Equals(_states[number], state))
            return true;
        var isFirst = number == from;
        if (!TryNumber(state, out number))
            return false;
        if (isFirst)
            _followers[from] = number;
        return true;
    }

    public TState StateOf(int number) => _states[number];

    /// <summary>The end of a run at this exit. Very many end alike, and share it.</summary>
    public Task<TState> EndedIn(int exit) => _ends[exit] ??= Task.FromResult(_states[exit]);

    /// <summary>The task of a state for which nothing is to be done but to call it; null for any
    /// other.</summary>
    public ITask<TState>? WalkedBy(int number) => _walked[number];

    public Body<TState> BodyOf(int number) => _bodies[number]!;

    /// <summary>The number of a state in which a run may begin.</summary>
    /// <exception cref="CanoException">`configuration`: every problem of a run that begins there.</exception>
    public int StartAt(TState initial)
    {
        if (!_numbers.TryGetValue(initial, out var number))
            throw InvalidConfiguration.Of(Check.UnknownInitial(StateNames<TState>.Of(initial)));
        if (!_mayStart[number])
        {
            InvalidConfiguration.ThrowIfAny(Check.Initial(Plan.Definition, StateNames<TState>.Of(initial)));
            _mayStart[number] = true;
        }

        return number;
    }

    private int Put(TState state, string name)
    {
        var number = Plan.NumberOf(name);
        if (_numbers.TryAdd(state, number))
            _states[number] = state;
        return number;
    }

    private void Put(Body<TState> body, int number)
    {
        _bodies[number] = body;
        if (Options.Calls is null && body is TaskBody<TState> { Rules.AreNone: true } plain)
            _walked[number] = plain.Task;
        HasChildren |= body is ChildrenBody<TState>;
        if (body is not WaitBody<TState> wait)
            return;
        HasSignals |= wait.HasSignals;
        if (wait.IsOpen)
            OpenWait ??= Plan.NameOf(number);
    }

    /// <summary>What older rows may call the state, each with what it is called now.</summary>
    private static IEnumerable<(string, string)> Aliases((TState State, string Name) of) =>
        StateNames<TState>.OthersOf(of.State).Select(alias => (alias, of.Name));
}
