using Cano.Runtime.Errors;

namespace Cano.Runtime.Data;

/// <summary>Values that rows keep, on their way back to the user.</summary>
internal static class KeptValue
{
    /// <param name="stored">What the row says.</param>
    /// <param name="values">Reads it.</param>
    /// <param name="what">What it is, for the text of an error.</param>
    /// <param name="types">The types that the user asks for.</param>
    /// <exception cref="CanoException">`workflow`: it is of another type.</exception>
    public static T Read<T>(StoredValue stored, ValueCodec values, string what, params Type[] types)
    {
        try
        {
            return (T)values.ReadKept(stored.Json, typeof(T))!;
        }
        // Whatever a type's own constructor throws.
        catch (Exception thrown)
        {
            var asked = string.Join(" and ", types.Select(type => $"`{TypeNames.Of(type)}`"));
            var text = $"{what}, {stored}, cannot be read as {asked}: {UserText.MessageOf(thrown)}";
            throw new CanoException(CanoError.Of(Fault.NewWorkflow(text)), thrown);
        }
    }
}
