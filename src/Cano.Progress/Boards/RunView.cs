namespace Cano.Progress.Boards;

/// <summary>What is known of a run.</summary>
/// <param name="id">Its id.</param>
/// <param name="order">Which one it is, by its begin.</param>
/// <param name="begun">When it began.</param>
internal sealed class RunView(string id, long order, long begun)
{
    private readonly List<StateView> _states = [];
    private readonly Dictionary<string, StateView> _byName = [];

    public string Id => id;

    public long Order => order;

    public long Begun => begun;

    /// <summary>When it ended; null while it is under way.</summary>
    public long? EndedAt { get; private set; }

    /// <summary>How it ended; null while it is under way.</summary>
    public Note? End { get; private set; }

    /// <summary>How many runs of this id there are.</summary>
    public int Count { get; set; }

    /// <summary>What it does beside its state's work: waits, or undoes; null: nothing.</summary>
    public string? Doing { get; set; }

    /// <summary>The state it is in; null before the first.</summary>
    public StateView? Current { get; private set; }

    /// <summary>Those it has been in, in the order of their first visits.</summary>
    public IReadOnlyList<StateView> States => _states;

    /// <summary>The state; one that is not known yet, as behind a resume, is added.</summary>
    public StateView Of(string state)
    {
        if (!_byName.TryGetValue(state, out var view))
        {
            _byName[state] = view = new(state);
            _states.Add(view);
        }

        return view;
    }

    public void Enter(string state, long now)
    {
        Current?.Leave(now);
        Doing = null;
        Current = Of(state);
        Current.Enter(now);
    }

    /// <summary>The run was in the state when it was left, and may begin it anew.</summary>
    public void Return(string state, long now)
    {
        Current = Of(state);
        Current.Return(now);
    }

    public void Leave(Note end, long now)
    {
        Current?.Leave(now);
        (End, EndedAt, Doing) = (end, now, null);
    }
}
