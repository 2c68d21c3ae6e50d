using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Cano.Runtime.Data.FSharpJson;

/// <summary>One field of a record or of a union's case.</summary>
/// <param name="owner">The record or case, as messages call it.</param>
/// <param name="property">The field.</param>
[RequiresUnreferencedCode(FSharpTypes.Looked)]
[RequiresDynamicCode(FSharpTypes.Looked)]
internal sealed class FieldJson(string owner, PropertyInfo property)
{
    private readonly JsonEncodedText _name = JsonEncodedText.Encode(StoredName(property));
    private readonly byte[] _nameBytes = Encoding.UTF8.GetBytes(StoredName(property));
    private readonly bool _refusesNull = RefusesNull(property);

    // Found at first use: a recursive type's own description is not finished before.
    private JsonTypeInfo? _type;

    public string Name => _name.Value;

    /// <summary>Whether the reader stands at this field's name.</summary>
    public bool IsNamed(ref Utf8JsonReader reader) => reader.ValueTextEquals(_nameBytes);

    public void Write(Utf8JsonWriter writer, object? value, JsonSerializerOptions options)
    {
        if (value is null && _refusesNull)
            throw Null();
        writer.WritePropertyName(_name);
        JsonSerializer.Serialize(writer, value, _type ??= options.GetTypeInfo(property.PropertyType));
    }

    public object? Read(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null && _refusesNull)
            throw Null();
        return JsonSerializer.Deserialize(ref reader, _type ??= options.GetTypeInfo(property.PropertyType));
    }

    /// <summary>The value of a field that is not stored: no value, where the type has one for that.</summary>
    public object? Missing()
    {
        var type = property.PropertyType;
        if (!FSharpShapes.IsOptional(type))
            throw new JsonException($"Field '{Name}' of {owner} is missing.");
        return type.IsValueType ? RuntimeHelpers.GetUninitializedObject(type) : null;
    }

    private JsonException Null() => new($"Field '{Name}' of {owner} cannot be null.");

    private static string StoredName(PropertyInfo property) =>
        property.GetCustomAttribute<StoredAsAttribute>()?.Name ?? property.Name;

    /// <summary>Records and unions refuse null themselves; of the platform's types the annotation
    /// tells.</summary>
    private static bool RefusesNull(PropertyInfo property)
    {
        var type = property.PropertyType;
        if (type.IsValueType || FSharpShapes.HasNull(type) || IsParameter(property))
            return false;
        return FSharpShapes.RefusesNull(type)
            || new NullabilityInfoContext().Create(property).ReadState == NullabilityState.NotNull;
    }

    /// <summary>What a type parameter stands for says itself whether it can be null.</summary>
    private static bool IsParameter(PropertyInfo property) =>
        property.DeclaringType is { IsGenericType: true } declaring
        && declaring.GetGenericTypeDefinition().GetMemberWithSameMetadataDefinitionAs(property)
            is PropertyInfo { PropertyType.IsGenericParameter: true };
}
