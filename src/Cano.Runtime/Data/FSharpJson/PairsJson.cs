using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.FSharp.Collections;

namespace Cano.Runtime.Data.FSharpJson;

/// <summary>A map whose keys cannot be the names of an object, as a list of pairs:
/// `[[key,value],…]`.</summary>
[RequiresUnreferencedCode(FSharpTypes.Looked)]
[RequiresDynamicCode(FSharpTypes.Looked)]
internal sealed class PairsJson<TKey, TValue> : JsonConverter<FSharpMap<TKey, TValue>>
{
    public override FSharpMap<TKey, TValue> Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    )
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw NoPairs();
        var pairs = new List<Tuple<TKey, TValue>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw NoPairs();
            var key = Next<TKey>(ref reader, options);
            pairs.Add(new(key, Next<TValue>(ref reader, options)));
            if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
                throw NoPairs();
        }

        return new FSharpMap<TKey, TValue>(pairs);
    }

    public override void Write(
        Utf8JsonWriter writer,
        FSharpMap<TKey, TValue> value,
        JsonSerializerOptions options
    )
    {
        writer.WriteStartArray();
        foreach (var (key, item) in value)
        {
            writer.WriteStartArray();
            JsonSerializer.Serialize(writer, key, options);
            JsonSerializer.Serialize(writer, item, options);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static TItem Next<TItem>(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndArray)
            throw NoPairs();
        return JsonSerializer.Deserialize<TItem>(ref reader, options)!;
    }

    private static JsonException NoPairs() =>
        new($"A map from {typeof(TKey).Name} to {typeof(TValue).Name} is stored as a list of pairs.");
}
