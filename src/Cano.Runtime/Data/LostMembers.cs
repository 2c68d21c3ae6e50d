using System.Collections;
using System.Text.Json.Serialization.Metadata;

namespace Cano.Runtime.Data;

/// <summary>Parts of a value that are more than is declared where they stand: JSON writes what is declared,
/// and the rest would be lost without a word.</summary>
internal sealed class LostMembers(ValueCodec values)
{
    private int _depth;

    /// <summary>What would be lost; null for nothing.</summary>
    public static string? Problem(object? value, Type declared, ValueCodec values) =>
        new LostMembers(values).At(value, declared, TypeNames.Of(declared));

    private string? At(object? value, Type declared, string path)
    {
        // A user's rules may allow for cycles.
        if (value is null || _depth > ValueCodec.DepthMax || Known(declared) is not { } known)
            return null;
        if (
            known is { Kind: JsonTypeInfoKind.Object, PolymorphismOptions: null }
            && !IsWhole(value, declared)
        )
            return $"`{path}` is declared as a `{TypeNames.Of(declared)}` and holds a `{TypeNames.Of(value.GetType())}`, "
                + "of which members would be lost: declare what it is, or say with [JsonDerivedType] what it may be";
        _depth++;
        var problem =
            known.Kind == JsonTypeInfoKind.Object ? OfMembers(value, known, path)
            : known.ElementType is { } element && Known(element) is not null
                ? OfItems(value is IDictionary pairs ? pairs.Values : value as IEnumerable, element, path)
            : null;
        _depth--;
        return problem;
    }

    private string? OfMembers(object value, JsonTypeInfo known, string path)
    {
        foreach (var member in known.Properties)
            if (
                member.Get is { } get
                && Known(member.PropertyType) is not null
                && At(get(value), member.PropertyType, $"{path}.{member.Name}") is { } problem
            )
                return problem;
        return null;
    }

    private string? OfItems(IEnumerable? items, Type element, string path)
    {
        foreach (var item in items ?? Array.Empty<object>())
            if (At(item, element, $"{path}[]") is { } problem)
                return problem;
        return null;
    }

    /// <summary>What JSON knows of a type that has parts; null when it has none.</summary>
    private JsonTypeInfo? Known(Type type) =>
        values.Types.Known(type) is { Kind: not JsonTypeInfoKind.None } known ? known : null;

    private bool IsWhole(object value, Type declared) =>
        value.GetType() == declared
        || values.IsSame(values.JsonOf(value, declared), values.JsonOf(value, value.GetType()));
}
