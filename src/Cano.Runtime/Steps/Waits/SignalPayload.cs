using Cano.Runtime.Data;
using Cano.Runtime.Errors;

namespace Cano.Runtime.Steps.Waits;

/// <summary>What signals carry.</summary>
internal static class SignalPayload
{
    /// <summary>A value on its way to an inbox.</summary>
    /// <exception cref="CanoException">`task_execution`: it cannot be written.</exception>
    public static StoredValue Write<TPayload>(string signal, TPayload payload, ValueCodec values) =>
        GivenValue.TryStore(payload, typeof(TPayload), values, out var stored, out var problem)
            ? stored
            : throw Unusable($"what signal '{signal}' carries {problem}", null);

    /// <summary>What a signal carries.</summary>
    /// <exception cref="CanoException">`task_execution`: it carries something else, or nothing. Both types
    /// are named.</exception>
    public static TPayload Read<TPayload>(string signal, StoredValue? payload, ValueCodec values)
    {
        var wanted = TypeNames.Of(typeof(TPayload));
        if (payload is null)
            throw Unusable($"signal '{signal}' carries nothing, and its waiter takes a `{wanted}`", null);
        try
        {
            return (TPayload)values.ReadKept(payload.Json, typeof(TPayload))!;
        }
        // Whatever the payload's own type throws.
        catch (Exception thrown)
        {
            throw Unusable(
                $"signal '{signal}' carries a `{payload.TypeName}`, and its waiter takes a `{wanted}`: {UserText.MessageOf(thrown)}",
                thrown
            );
        }
    }

    private static CanoException Unusable(string what, Exception? thrown) =>
        new(CanoError.Of(Fault.NewTaskExecution(what)), thrown);
}
