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
        stored = null;
        try
        {
            var json = values.Types.Problem(type) is null ? values.Write(value, type) : null;
            problem = json is null ? values.Types.Problem(type) : Problem(value, type, json, values);
            if (problem is null)
                stored = new StoredValue(json!, TypeNames.Of(type));
            else
                problem = $"cannot be kept: {problem}";
        }
        // Whatever a property of the value throws.
        catch (Exception thrown)
        {
            problem = $"is a `{TypeNames.Of(type)}`, which {ValueCodec.Refusal(thrown)}";
        }

        return stored is not null;
    }

    /// <summary>Why JSON does not fit a type; null when it does.</summary>
    public static string? Misfit(byte[] json, Type type, ValueCodec values)
    {
        try
        {
            _ = values.ReadGiven(json, type);
            return null;
        }
        // Whatever the type's own constructor throws.
        catch (Exception thrown)
        {
            return $"it does not fit `{TypeNames.Of(type)}`: {ValueCodec.Reason(thrown)}";
        }
    }

    private static string? Problem(object? value, Type type, byte[] json, ValueCodec values) =>
        ValueCodec.TooLong(json) is { } tooLong
            ? $"it {tooLong}"
            : Misfit(json, type, values)
                ?? LostMembers.Problem(value, type, values)
                ?? (
                    values.IsSame(json, values.JsonOf(values.ReadKept(json, type), type))
                        ? null
                        : $"what is read back of this `{TypeNames.Of(type)}` is not what was given: give plain data, such as a record"
                );

    /// <summary>Whether a value may stand where such a type is declared.</summary>
    public static bool IsOf(object? value, Type type) =>
        value is null ? Nullable.GetUnderlyingType(type) is not null : type.IsInstanceOfType(value);

    /// <summary>What a value is, for messages.</summary>
    public static string NameOf(object? value) =>
        value is null ? "null" : $"a `{TypeNames.Of(value.GetType())}`";
}
