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
    private readonly States<TState> _among;
    private readonly IEqualityComparer<TState>? _same;

    // Null where no state carries anything.
    private readonly bool[]? _carrying;
    private readonly bool[]? _returning;

    // By state, the number of the state that followed it first, which is what mostly follows; none so far:
    // its own.
    private readonly int[] _followers;

    /// <summary>Compiles a sound definition.</summary>
    /// <param name="definition">A definition in which Check.Wiring finds no problem.</param>
    /// <param name="setup">What it was made of.</param>
    public CompiledWorkflow(Definition definition, WorkflowSetup<TState> setup)
    {
        _among = setup.States;
        _same = _among.Same;
        // One that has work and ends runs is among both.
        var ending = setup.Exits.Select(exit => (State: exit, Name: _among.NameOf(exit))).ToArray();
        Plan = Plan.Compile(
            definition,
            setup
                .Handlers.Select(handler => (handler.State, handler.Name))
                .Concat(ending)
                .SelectMany(Aliases),
            _among.NameIn
        );
        Options = setup.Options;
        Resources = setup.Resources;
        Shared = new SharedResourceUse(Resources, Options.Logger, Options.Dispatcher);
        _numbers = new(Plan.Nodes.Count, _same);
        _states = new TState[Plan.Nodes.Count];
        _bodies = new Body<TState>?[Plan.Nodes.Count];
        _walked = new ITask<TState>?[Plan.Nodes.Count];
        _ends = new Task<TState>?[Plan.Nodes.Count];
        _mayStart = new bool[Plan.Nodes.Count];
        _followers = [.. Enumerable.Range(0, Plan.Nodes.Count)];
        foreach (var handler in setup.Handlers)
            Put(handler.Body, Put(handler.State, handler.Name));
        foreach (var (state, name) in ending)
            Put(state, name);
        if (Array.Exists(_states, _among.Carries))
            _carrying = Array.ConvertAll(_states, _among.Carries);
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
        if (_same is null && EqualityComparer<TState?>.Default.Equals(_states[number], state))
            return true;
        var isFirst = number == from;
        if (!TryNumber(state, out number))
            return false;
        if (isFirst)
            _followers[from] = number;
        return true;
    }

    /// <summary>The state with what it carries.</summary>
    /// <exception cref="CanoException">That cannot be read.</exception>
    public TState StateOf(int number, in StateData data) =>
        !Carries(number) ? _states[number]
        : data.Value is TState known ? known
        : _among.Read(_states[number], data.Bytes, Options.Values);

    /// <summary>What the rows of a run say.</summary>
    /// <exception cref="CanoException">One cannot be read, or is not of such a workflow.</exception>
    public List<Row> Told(string id, IReadOnlyList<CheckpointRow> rows) =>
        CarriedRows.Told(id, rows, _among, Options.Values);

    /// <summary>The stable name of a state, be it the workflow's or not.</summary>
    public string NameOf(TState state) => _among.NameOf(state);

    /// <summary>Whether something goes with the state.</summary>
    public bool Carries(int number) => _carrying is { } carrying && carrying[number];

    /// <summary>What a run takes along that comes to a state.</summary>
    /// <param name="number">The state's number.</param>
    /// <param name="state">The state.</param>
    /// <param name="isKept">Whether rows are to keep it.</param>
    /// <exception cref="CanoException">It cannot be kept.</exception>
    public Target To(int number, TState state, bool isKept) =>
        Carries(number)
            ? new(number, StateData.Of(state, isKept ? _among.Write(state, Options.Values) : null))
            : Target.Of(number);

    /// <summary>The end of a run at this exit. Very many end alike, and share it.</summary>
    public Task<TState> EndedIn(int exit, in StateData data) =>
        Carries(exit) ? Task.FromResult(StateOf(exit, data)) : _ends[exit] ??= Task.FromResult(_states[exit]);

    /// <summary>The task of a state for which nothing is to be done but to call it, and which carries
    /// nothing; null for any other.</summary>
    public ITask<TState>? WalkedBy(int number) => _walked[number];

    public Body<TState> BodyOf(int number) => _bodies[number]!;

    /// <summary>The state that a run begins in.</summary>
    /// <exception cref="CanoException">`configuration`: every problem of a run that begins there.</exception>
    public Target StartAt(TState initial)
    {
        if (!_numbers.TryGetValue(initial, out var number))
            throw InvalidConfiguration.Of(Check.UnknownInitial(_among.NameOf(initial)));
        if (!_mayStart[number])
        {
            InvalidConfiguration.ThrowIfAny(Check.Initial(Plan.Definition, _among.NameOf(initial)));
            _mayStart[number] = true;
        }

        return Carries(number) ? StartCarrying(number, initial) : Target.Of(number);
    }

    private Target StartCarrying(int number, TState initial)
    {
        try
        {
            return To(number, initial, isKept: Options.Store is not null);
        }
        catch (CanoException unkept)
        {
            throw InvalidConfiguration.Of(unkept.Error.Message);
        }
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
        if (
            Options.Calls is null
            && body is TaskBody<TState> { Rules.AreNone: true } plain
            && !_among.Carries(_states[number])
        )
            _walked[number] = plain.Task;
        HasChildren |= body is ChildrenBody<TState>;
        if (body is not WaitBody<TState> wait)
            return;
        HasSignals |= wait.HasSignals;
        if (wait.IsOpen)
            OpenWait ??= Plan.NameOf(number);
    }

    /// <summary>What older rows may call the state, each with what it is called now.</summary>
    private IEnumerable<(string, string)> Aliases((TState State, string Name) of) =>
        _among.NamesOf(of.State).Skip(1).Select(alias => (alias, of.Name));
}
