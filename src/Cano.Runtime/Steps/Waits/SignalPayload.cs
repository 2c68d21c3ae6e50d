using Cano.Runtime.Data;
using Cano.Runtime.Errors;

namespace Cano.Runtime.Steps.Waits;

/// <summary>What signals carry.</summary>
internal static class SignalPayload
{
    /// <summary>A value on its way to an inbox, not encoded yet.</summary>
    /// <exception cref="CanoException">`workflow`: it cannot be kept.</exception>
    public static StoredValue Write<TPayload>(string signal, TPayload payload, ValueCodec values) =>
        GivenValue.TryStore(payload, typeof(TPayload), values, out var stored, out var problem)
            ? stored
            : throw new CanoException(
                CanoError.Of(Fault.NewWorkflow($"what signal '{signal}' carries {problem}"))
            );

    /// <summary>What a signal carries.</summary>
    /// <exception cref="CanoException">`task_execution`: it carries something else, or nothing. Both types
    /// are named.</exception>
    public static TPayload Read<TPayload>(string signal, StoredValue? payload, ValueCodec values)
    {
        if (payload is null)
            throw Unusable(Missing(signal, typeof(TPayload)), null);
        try
        {
            return (TPayload)values.ReadKept(payload.Json, typeof(TPayload))!;
        }
        // Whatever the payload's own type throws.
        catch (Exception thrown)
        {
            throw Unusable(
                $"signal '{signal}' carries a `{payload.TypeName}`, and its waiter takes a "
                    + $"`{TypeNames.Of(typeof(TPayload))}`: {UserText.MessageOf(thrown)}",
                thrown
            );
        }
    }

    public static string Missing(string signal, Type wanted) =>
        $"signal '{signal}' carries nothing, and its waiter takes a `{TypeNames.Of(wanted)}`";

    private static CanoException Unusable(string what, Exception? thrown) =>
        new(CanoError.Of(Fault.NewTaskExecution(what)), thrown);
}
