using System.Collections.Immutable;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps;
using Cano.Runtime.Steps.Children;

namespace Cano.Runtime.Definitions;

/// <summary>Everything a workflow was told so far. A value: changes make copies.</summary>
internal sealed record WorkflowSetup<TState>
    where TState : notnull
{
    private Registrations<TState> _registrations;
    private ImmutableHashSet<TState> _knownExits;

    public WorkflowSetup(States<TState> states)
    {
        States = states;
        _registrations = Registrations<TState>.None(states);
        _knownExits = Pure = ImmutableHashSet.Create(states.Same);
    }

    /// <summary>How states are told apart.</summary>
    public States<TState> States { get; }

    /// <summary>The states' work, in the order of registration.</summary>
    public IReadOnlyList<Registration<TState>> Handlers => _registrations.All;

    public ImmutableList<TState> Exits { get; private init; } = [];

    public Resources Resources { get; init; } = new();

    public RunOptions Options { get; init; } = new();

    public string? Name { get; init; }

    public uint Version { get; init; }

    public string? RunId { get; init; }

    /// <summary>Whose runs they are; null: those of whoever starts them.</summary>
    public IRunOwner<TState>? Owner { get; init; }

    public TimeSpan? TotalTimeout { get; init; }

    public TimeSpan? CompensationTimeout { get; init; }

    /// <summary>The exits at which an output is due, as each declaration names them; null: all.</summary>
    public ImmutableList<ImmutableArray<TState>?> Returning { get; init; } = [];

    /// <summary>Seldom enough to cost little, often enough that a resume reads few rows.</summary>
    public int SnapshotEvery { get; init; } = 256;

    /// <summary>The states whose work reaches nothing outside.</summary>
    public ImmutableHashSet<TState> Pure { get; init; }

    /// <summary>A state's work; null when it has none.</summary>
    public Registration<TState>? Find(TState state) => _registrations.Find(state);

    /// <summary>Adds a state's work, in the place of what was registered for it before.</summary>
    public WorkflowSetup<TState> With(TState state, Body<TState> body, TState[]? to) =>
        this with
        {
            _registrations = _registrations.With(new(state, body, to, States)),
        };

    public WorkflowSetup<TState> WithExits(IEnumerable<TState> states)
    {
        var exits = Exits.ToBuilder();
        var known = _knownExits.ToBuilder();
        foreach (var state in states)
            if (known.Add(state))
                exits.Add(state);
        return this with { Exits = exits.ToImmutable(), _knownExits = known.ToImmutable() };
    }

    public Definition Define() =>
        new(
            Name,
            Version,
            Handlers.Select(Define).ToArray(),
            Exits.Select(States.NameOf).ToArray(),
            TotalTimeout,
            CompensationTimeout,
            SnapshotEvery
        );

    /// <summary>Every problem of the wiring.</summary>
    public string[] Problems(Definition definition) => [.. Kernel.Check.Wiring(definition), .. Own()];

    /// <summary>Every problem of runs that start in a state.</summary>
    public string[] Problems(Definition definition, TState initial)
    {
        var name = States.NameOf(initial);
        // A definition knows names only; a state that merely shares one is unknown all the same.
        return Known.Contains(initial, States.Same)
            ? [.. Kernel.Check.Initial(definition, name), .. Own()]
            : [.. Kernel.Check.Wiring(definition), Kernel.Check.UnknownInitial(name), .. Own()];
    }

    /// <summary>The states of which nothing is said: a run that comes to one fails, and another may do
    /// without them.</summary>
    public string[] Unsaid(Definition definition) => Kernel.Check.Unsaid(definition, States.All);

    /// <summary>Those that a definition does not know of.</summary>
    private IEnumerable<string> Own() =>
        [
            .. OfNames(),
            .. OfOutputs(),
            .. PureStates.Problems(this),
            .. Options.Store is null ? [] : States.Problems(Options.Values),
        ];

    /// <summary>What a resume takes beyond a run. `byName`: all runs of the workflow's name are
    /// resumed.</summary>
    public IEnumerable<string> MissingToResume(bool byName)
    {
        if (Options.Store is null)
            yield return ResumeProblems.NoStore;
        if (byName && Name is null)
            yield return ResumeProblems.NoName;
    }

    public CompiledWorkflow<TState> Compile(Definition definition)
    {
        InvalidConfiguration.ThrowIfAny(Problems(definition));
        return new CompiledWorkflow<TState>(definition, this)
        {
            Returning = Returning.Contains(null) ? Exits : Returned.Distinct(States.Same),
        };
    }

    /// <summary>How much longer than its own id those of a run's children are, in bytes of UTF-8; 0 when it
    /// has none.</summary>
    public int SuffixMax =>
        Handlers
            .Select(handler => handler.Body)
            .OfType<ChildrenBody<TState>>()
            .Select(body => body.SuffixMax)
            .DefaultIfEmpty()
            .Max();

    /// <summary>The states with work and the exits.</summary>
    private IEnumerable<TState> Known => Handlers.Select(handler => handler.State).Concat(Exits);

    /// <summary>The states that are named as what may follow.</summary>
    private IEnumerable<TState> Next
    {
        get
        {
            foreach (var handler in Handlers)
            {
                foreach (var state in handler.Body.Next)
                    yield return state;
                foreach (var state in handler.To ?? [])
                    yield return state;
            }
        }
    }

    private IEnumerable<string> OfOutputs() =>
        from state in Returned.Distinct(States.Same)
        where !_knownExits.Contains(state)
        select $"The workflow returns an output at '{States.NameOf(state)}', which is no exit: "
            + "make it an exit state, or leave it out";

    private IEnumerable<TState> Returned => Returning.SelectMany(at => at ?? []);

    private IEnumerable<string> OfNames() => [.. HaveOwnNames() ? [] : Clashes(), .. Unwritable()];

    /// <summary>Whether no two states share a name, as is so nearly always: then nothing is sorted by
    /// it.</summary>
    private bool HaveOwnNames()
    {
        var names = new HashSet<string>(Handlers.Count + Exits.Count);
        var others = new HashSet<TState>(States.Same);
        return Handlers.All(handler => Adds(handler.Name, handler.State))
            && Exits.Where(exit => Find(exit) is null).All(exit => Adds(States.NameOf(exit), exit))
            && Next.Where(IsOther).All(state => Adds(States.NameOf(state), state));

        bool Adds(string name, TState state) =>
            names.Add(name) && States.NamesOf(state).Skip(1).All(names.Add);

        bool IsOther(TState state) =>
            Find(state) is null && !_knownExits.Contains(state) && others.Add(state);
    }

    /// <summary>Names that a journal would give back as others.</summary>
    private IEnumerable<string> Unwritable() =>
        from name in Options.Store is null
            ? []
            : Known.Concat(Next).SelectMany(States.NamesOf).Prepend(Name).Distinct()
        where name is not null && StoredText.Length(name) is null
        select $"The name '{name}' has half a surrogate pair: the journal would give back another";

    /// <summary>A definition knows names only, so states that share one are told apart here; but for two with
    /// work, or two exits, which it knows of.</summary>
    private IEnumerable<string> Clashes() =>
        from named in Known
            .Concat(Next)
            .Distinct(States.Same)
            .SelectMany(Named)
            .GroupBy(it => it.Name, it => it.State)
        let written = named.Where(state => States.NameOf(state) == named.Key)
        where
            named.Skip(1).Any()
            && !Repeats(Handlers.Select(handler => handler.State), written)
            && !Repeats(Exits, written)
        let states = string.Join(" and ", named.Select(state => $"'{state}'"))
        select $"States {states} share the name '{named.Key}' in the journal; give each its own";

    private IEnumerable<(string Name, TState State)> Named(TState state) =>
        States.NamesOf(state).Select(name => (name, state));

    private bool Repeats(IEnumerable<TState> states, IEnumerable<TState> named) =>
        states.Intersect(named, States.Same).Skip(1).Any();

    private StateDefinition Define(Registration<TState> handler)
    {
        var name = handler.Name;
        var to = handler.To?.Select(States.NameOf).Distinct().ToArray();
        var step = Pure.Contains(handler.State) ? PureStates.StepOf(handler.Body) : null;
        return new StateDefinition(name, handler.Body.TaskName ?? name, step ?? handler.Body.Define(), to);
    }
}
