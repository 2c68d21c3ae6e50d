using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.FSharp.Core;
using Microsoft.FSharp.Reflection;

namespace Cano.Runtime.Data.FSharpJson;

/// <summary>An F# record as an object of its fields. Null is no record.</summary>
[RequiresUnreferencedCode(FSharpTypes.Looked)]
[RequiresDynamicCode(FSharpTypes.Looked)]
internal sealed class RecordJson<T> : JsonConverter<T>
{
    private readonly FieldsJson _fields = new(
        typeof(T).Name,
        FSharpType.GetRecordFields(typeof(T), FSharpShapes.Everything)
    );

    private readonly FSharpFunc<object?, object?[]> _take = FSharpValue.PreComputeRecordReader(
        typeof(T),
        FSharpShapes.Everything
    )!;

    private readonly FSharpFunc<object?[], object> _make = FSharpValue.PreComputeRecordConstructor(
        typeof(T),
        FSharpShapes.Everything
    )!;

    public override bool HandleNull => true;

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (T)_make.Invoke(_fields.Read(ref reader, options));

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (value is null)
            throw new JsonException($"{typeof(T).Name} is a record and cannot be null.");
        _fields.Write(writer, _take.Invoke(value), options);
    }
}
