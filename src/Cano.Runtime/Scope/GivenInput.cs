namespace Cano.Runtime.Scope;

/// <summary>What a run is given at its start.</summary>
/// <param name="Value">The value.</param>
/// <param name="Type">The type that its giver declares.</param>
internal sealed record GivenInput(object? Value, Type Type)
{
    /// <summary>Bodies get the object itself although the run has rows: they live no longer than it
    /// does.</summary>
    public bool IsHandedOn { get; init; }

    public static GivenInput Of<TInput>(TInput value) => new(value, typeof(TInput));
}
