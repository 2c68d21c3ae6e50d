using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Cano.Runtime.Data.FSharpJson;

/// <summary>What an option holds. Where that can be null itself (`Some None`), it stands in a list of one, so
/// that it is told from `None`.</summary>
[RequiresUnreferencedCode(FSharpTypes.Looked)]
[RequiresDynamicCode(FSharpTypes.Looked)]
internal sealed class ContentJson<T>
{
    private readonly bool _isWrapped = FSharpShapes.HasNull(typeof(T));
    private JsonTypeInfo<T>? _type;

    public T Read(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        var type = TypeOf(options);
        if (!_isWrapped)
            return JsonSerializer.Deserialize(ref reader, type)!;
        if (
            reader.TokenType != JsonTokenType.StartArray
            || !reader.Read()
            || reader.TokenType == JsonTokenType.EndArray
        )
            throw NotWrapped();

        var content = JsonSerializer.Deserialize(ref reader, type)!;
        return reader.Read() && reader.TokenType == JsonTokenType.EndArray ? content : throw NotWrapped();
    }

    public void Write(Utf8JsonWriter writer, T content, JsonSerializerOptions options)
    {
        if (_isWrapped)
            writer.WriteStartArray();
        else if (content is null)
            throw new JsonException($"Some holds null instead of {typeof(T).Name}.");
        JsonSerializer.Serialize(writer, content, TypeOf(options));
        if (_isWrapped)
            writer.WriteEndArray();
    }

    private JsonTypeInfo<T> TypeOf(JsonSerializerOptions options) =>
        _type ??= (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    private static JsonException NotWrapped() =>
        new($"An option of {typeof(T).Name} is stored as null or a list of one.");
}
