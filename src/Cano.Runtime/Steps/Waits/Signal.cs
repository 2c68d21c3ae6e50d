using System.Runtime.CompilerServices;

namespace Cano;

/// <summary>A message to a run that carries nothing: one name, shared by who sends it and who waits for
/// it.</summary>
/// <param name="Name">Not empty. It stands in journals.</param>
public sealed record Signal(string Name)
{
    /// <inheritdoc cref="Signal(string)"/>
    public string Name
    {
        get;
        init => field = RequireName(value);
    } = RequireName(Name);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal static string RequireName(
        string name,
        [CallerArgumentExpression(nameof(name))] string? parameter = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(name, parameter);
        return name;
    }
}

/// <summary>A message to a run, with a payload: one name and one type, shared by who sends it and who waits
/// for it.</summary>
/// <param name="Name">Not empty. It stands in journals.</param>
public sealed record Signal<TPayload>(string Name)
{
    /// <inheritdoc cref="Signal{TPayload}(string)"/>
    public string Name
    {
        get;
        init => field = Signal.RequireName(value);
    } = Signal.RequireName(Name);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
