using Cano.Runtime.Data;
using Cano.Runtime.Errors;

namespace Cano.Runtime.Steps.Waits;

/// <summary>What signals carry.</summary>
internal static class SignalPayload
{
    /// <summary>A value on its way to an inbox.</summary>
    /// <exception cref="CanoException">`task_execution`: it cannot be written.</exception>
    public static StoredValue Write<TPayload>(string signal, TPayload payload, ValueCodec values)
    {
        byte[] json;
        try
        {
            json = values.Write(payload);
        }
        // Whatever a property of the value throws.
        catch (Exception thrown)
        {
            throw Unusable(
                $"signal '{signal}' carries a `{TypeNames.Of(typeof(TPayload))}`, which {ValueCodec.Refusal(thrown)}",
                thrown
            );
        }

        return ValueCodec.TooLong(json) is { } tooLong
            ? throw Unusable($"what signal '{signal}' carries {tooLong}", null)
            : new StoredValue(json, TypeNames.Of(typeof(TPayload)));
    }

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
            return values.Read<TPayload>(payload.Json)!;
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
