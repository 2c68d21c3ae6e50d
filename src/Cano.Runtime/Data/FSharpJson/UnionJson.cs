using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.FSharp.Core;
using Microsoft.FSharp.Reflection;

namespace Cano.Runtime.Data.FSharpJson;

/// <summary>An F# union by the names of its cases: `"Case"` without fields, `{"Case":{…}}` with them. Null is
/// no union, even where F# represents a case by it.</summary>
[RequiresUnreferencedCode(FSharpTypes.Looked)]
[RequiresDynamicCode(FSharpTypes.Looked)]
internal sealed class UnionJson<T> : JsonConverter<T>
{
    private readonly UnionCaseJson[] _cases =
    [
        .. FSharpType.GetUnionCases(typeof(T), FSharpShapes.Everything).Select(it => new UnionCaseJson(it)),
    ];

    private readonly FSharpFunc<object?, int> _tag = FSharpValue.PreComputeUnionTagReader(
        typeof(T),
        FSharpShapes.Everything
    )!;

    private readonly bool _hasNullCase = FSharpShapes.HasNullCase(typeof(T));

    public override bool HandleNull => true;

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return (T)Find(ref reader).Bare()!;
            case JsonTokenType.StartObject
                when reader.Read() && reader.TokenType == JsonTokenType.PropertyName:
                var it = Find(ref reader);
                reader.Read();
                var value = it.Read(ref reader, options);
                return reader.Read() && reader.TokenType == JsonTokenType.EndObject
                    ? (T)value!
                    : throw new JsonException(
                        $"After case {it.Name} of {typeof(T).Name} nothing may follow."
                    );
            default:
                throw new JsonException(
                    $"{typeof(T).Name} is stored as the name of a case, this is {reader.TokenType}."
                );
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (value is null && !_hasNullCase)
            throw new JsonException($"{typeof(T).Name} is a union and cannot be null.");
        _cases[_tag.Invoke(value)].Write(writer, value, options);
    }

    private UnionCaseJson Find(ref Utf8JsonReader reader)
    {
        foreach (var it in _cases)
            if (it.IsNamed(ref reader))
                return it;
        throw new JsonException($"{typeof(T).Name} has no case '{reader.GetString()}'.");
    }
}
