using Cano.Runtime.Data;
using Cano.Runtime.Scope;

namespace Cano.CSharp.Scheduling;

/// <summary>What the runs of a flow are given.</summary>
/// <param name="Type">The type of it.</param>
/// <param name="Of">The input of an occurrence; the user's.</param>
internal sealed record FlowInput(Type Type, Func<DateTimeOffset, GivenInput> Of)
{
    public static FlowInput From<TInput>(Func<DateTimeOffset, TInput> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new FlowInput(typeof(TInput), at => GivenInput.Of(input(at)));
    }

    /// <summary>Whether a workflow never takes it; what is known only when it is there is judged
    /// then.</summary>
    public string? Problem(string? workflow, Type? accepted) =>
        accepted is null || accepted.IsAssignableFrom(Type) || Type.IsAssignableFrom(accepted)
            ? null
            : $"Workflow '{workflow}' accepts a `{TypeNames.Of(accepted)}`, and its schedule gives a "
                + $"`{TypeNames.Of(Type)}`: let `input` give what the workflow accepts";
}

/// <summary>Asks for the input of an occurrence once, however often its run is tried.</summary>
/// <param name="input">Null: runs are given nothing.</param>
internal sealed class AskedInput(FlowInput? input)
{
    private (DateTimeOffset At, GivenInput Given)? _asked;

    public GivenInput? Of(DateTimeOffset occurrence)
    {
        if (input is null)
            return null;
        if (_asked?.At != occurrence)
            _asked = (occurrence, input.Of(occurrence));
        return _asked.Value.Given;
    }
}
