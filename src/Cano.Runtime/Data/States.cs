namespace Cano.Runtime.Data;

/// <summary>How a workflow tells its states apart, what journals call them, and what they carry. Here a value
/// is a state, and carries nothing.</summary>
internal class States<TState>
    where TState : notnull
{
    protected States() { }

    /// <summary>Each value is a state of its own.</summary>
    public static States<TState> ByValue { get; } = new();

    /// <summary>The name of a state of a run that came to states of these names, where it is not known
    /// whether each value is a state in its workflow, or each case.</summary>
    public static string NameAmong(TState state, IReadOnlyCollection<string> names) =>
        UnionStates<TState>.Known?.NameOf(state) is { } name && names.Contains(name)
            ? name
            : StateNames<TState>.Of(state);

    /// <summary>Whether two values are the same state; null: as they compare themselves.</summary>
    public virtual IEqualityComparer<TState>? Same => null;

    /// <summary>The name that is written.</summary>
    public virtual string NameOf(TState? state) => StateNames<TState>.Of(state);

    /// <summary>The names that a journal may have the state under. What is written comes first.</summary>
    public virtual IReadOnlyList<string> NamesOf(TState state) => StateNames<TState>.AllOf(state);

    /// <summary>The name of the state of which rows have the text of a value in place of a name; null: of
    /// none.</summary>
    public virtual string? NameIn(string text) => null;

    /// <summary>Whether something goes with a state.</summary>
    public virtual bool Carries(TState state) => false;

    /// <summary>The names of all states that there are; empty where the type does not tell.</summary>
    public virtual IEnumerable<string> All => [];

    /// <summary>What cannot be kept of all that states may carry.</summary>
    public virtual IEnumerable<string> Problems(ValueCodec values) => [];

    /// <summary>A state with all that it carries, as rows keep it.</summary>
    /// <exception cref="CanoException">It cannot be kept: the text tells of which state, and which field of
    /// it.</exception>
    public virtual byte[] Write(TState state, ValueCodec values) =>
        throw new InvalidOperationException("A value carries nothing.");

    /// <summary>A state that rows tell of.</summary>
    /// <param name="state">A value of the same state.</param>
    /// <param name="kept">What rows keep of it; null for nothing.</param>
    /// <param name="values">Reads it.</param>
    /// <exception cref="CanoException">It cannot be read: the text tells why.</exception>
    public virtual TState Read(TState state, byte[]? kept, ValueCodec values) => state;

    /// <summary>A state that rows tell of by its name, where no workflow says which there are.</summary>
    /// <param name="name">The name, as written.</param>
    /// <param name="kept">What rows keep of it; null for nothing.</param>
    /// <param name="values">Reads it.</param>
    /// <exception cref="CanoException">`workflow`: no state has the name, or it cannot be read.</exception>
    public virtual TState Named(string name, byte[]? kept, ValueCodec values) =>
        StateNames<TState>.TryFind(name, out var state) ? state : throw Unknown(name);

    protected static CanoException Unknown(string name) =>
        new(
            CanoError.Of(
                Fault.NewWorkflow(
                    $"no `{TypeNames.Of(typeof(TState))}` is state '{name}': ask with the type of the states that the "
                        + "run was begun with"
                )
            )
        );

    /// <summary>What rows would keep of the state whose value they have the text of in place of a name; null
    /// where that cannot be told.</summary>
    public virtual byte[]? KeptIn(string text, ValueCodec values) => null;
}
