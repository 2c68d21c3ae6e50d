using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.FSharp.Core;

namespace Cano.Runtime.Data.FSharpJson;

/// <summary>`None` as null, `Some` as its content.</summary>
[RequiresUnreferencedCode(FSharpTypes.Looked)]
[RequiresDynamicCode(FSharpTypes.Looked)]
internal sealed class OptionJson<T> : JsonConverter<FSharpOption<T>>
{
    private readonly ContentJson<T> _content = new();

    public override FSharpOption<T> Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => new(_content.Read(ref reader, options));

    public override void Write(Utf8JsonWriter writer, FSharpOption<T> value, JsonSerializerOptions options) =>
        _content.Write(writer, value.Value, options);
}

/// <summary>`ValueNone` as null, `ValueSome` as its content.</summary>
[RequiresUnreferencedCode(FSharpTypes.Looked)]
[RequiresDynamicCode(FSharpTypes.Looked)]
internal sealed class ValueOptionJson<T> : JsonConverter<FSharpValueOption<T>>
{
    private readonly ContentJson<T> _content = new();

    public override FSharpValueOption<T> Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) =>
        reader.TokenType == JsonTokenType.Null
            ? FSharpValueOption<T>.ValueNone
            : FSharpValueOption<T>.NewValueSome(_content.Read(ref reader, options));

    public override void Write(
        Utf8JsonWriter writer,
        FSharpValueOption<T> value,
        JsonSerializerOptions options
    )
    {
        if (value.IsValueNone)
            writer.WriteNullValue();
        else
            _content.Write(writer, value.Value, options);
    }
}
