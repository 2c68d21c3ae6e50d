using Cano.Runtime.Data;
using Cano.Runtime.Steps;

namespace Cano.Runtime.Definitions;

/// <summary>A state's work as it was registered.</summary>
/// <param name="State">The state.</param>
/// <param name="Body">The work.</param>
/// <param name="To">The states that may follow; null when that was not declared.</param>
/// <param name="Among">What the state is one of.</param>
internal sealed record Registration<TState>(
    TState State,
    Body<TState> Body,
    TState[]? To,
    States<TState> Among
)
    where TState : notnull
{
    /// <summary>The state's stable name.</summary>
    public string Name => field ??= Among.NameOf(State);
}

/// <summary>What was registered so far. A value: another one that follows it holds what is new, and no copy
/// of what was before. Nothing is looked for until somebody asks.</summary>
internal sealed class Registrations<TState>
    where TState : notnull
{
    private readonly States<TState> _states;
    private readonly Registrations<TState>? _before;
    private readonly Registration<TState>? _newest;
    private readonly int _count;
    private Listing? _listing;

    private Registrations(States<TState> states, Registrations<TState>? before, Registration<TState>? newest)
    {
        _states = states;
        _before = before;
        _newest = newest;
        _count = before is null ? 0 : before._count + 1;
    }

    public static Registrations<TState> None(States<TState> states) => new(states, null, null);

    /// <summary>Each state's work that was registered last, in the order in which the states were first
    /// registered.</summary>
    public IReadOnlyList<Registration<TState>> All => Listed.All;

    /// <summary>A state's work; null when it has none.</summary>
    public Registration<TState>? Find(TState state) =>
        Listed.Places.TryGetValue(state, out var place) ? Listed.All[place] : null;

    public Registrations<TState> With(Registration<TState> registration) => new(_states, this, registration);

    private Listing Listed => _listing ??= List();

    private Listing List()
    {
        var told = new Registration<TState>[_count];
        for (var one = this; one._newest is { } registration; one = one._before!)
            told[one._count - 1] = registration;
        var all = new List<Registration<TState>>(_count);
        var places = new Dictionary<TState, int>(_count, _states.Same);
        foreach (var registration in told)
            if (places.TryAdd(registration.State, all.Count))
                all.Add(registration);
            else
                all[places[registration.State]] = registration;
        return new Listing(all, places);
    }

    private sealed record Listing(List<Registration<TState>> All, Dictionary<TState, int> Places);
}
