using System.Diagnostics.CodeAnalysis;

namespace Cano.Runtime.Data;

/// <summary>Values that users give to runs, as rows keep them. What rows would not give back the same is
/// refused where it is given.</summary>
internal static class GivenValue
{
    /// <summary>The value as rows keep it; on false, why there is none, to follow what it is: "the
    /// input".</summary>
    public static bool TryStore(
        object? value,
        Type type,
        ValueCodec values,
        [NotNullWhen(true)] out StoredValue? stored,
        [NotNullWhen(false)] out string? problem
    )
    {
        (stored, problem) = (null, null);
        try
        {
            var json = values.Write(value, type);
            problem = ValueCodec.TooLong(json);
            if (problem is null)
                stored = new StoredValue(json, TypeNames.Of(type));
        }
        // Whatever a property of the value throws.
        catch (Exception thrown)
        {
            problem = $"is a `{TypeNames.Of(type)}`, which {ValueCodec.Refusal(thrown)}";
        }

        return stored is not null;
    }

    /// <summary>Whether a value may stand where such a type is declared.</summary>
    public static bool IsOf(object? value, Type type) =>
        value is null ? Nullable.GetUnderlyingType(type) is not null : type.IsInstanceOfType(value);

    /// <summary>What a value is, for messages.</summary>
    public static string NameOf(object? value) =>
        value is null ? "null" : $"a `{TypeNames.Of(value.GetType())}`";
}
