using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Microsoft.FSharp.Core;
using Microsoft.FSharp.Reflection;

namespace Cano.Runtime.Data.FSharpJson;

/// <summary>One case of a union.</summary>
[RequiresUnreferencedCode(FSharpTypes.Looked)]
[RequiresDynamicCode(FSharpTypes.Looked)]
internal sealed class UnionCaseJson(UnionCaseInfo it)
{
    private readonly JsonEncodedText _name = JsonEncodedText.Encode(StoredName(it));
    private readonly byte[] _nameBytes = Encoding.UTF8.GetBytes(StoredName(it));
    private readonly FieldsJson _fields = new($"{it.DeclaringType.Name}.{it.Name}", it.GetFields());

    private readonly FSharpFunc<object?, object?[]> _take = FSharpValue.PreComputeUnionReader(
        it,
        FSharpShapes.Everything
    )!;

    private readonly FSharpFunc<object?[], object?> _make = FSharpValue.PreComputeUnionConstructor(
        it,
        FSharpShapes.Everything
    )!;

    public string Name => _name.Value;

    /// <summary>Whether the reader stands at this case's name.</summary>
    public bool IsNamed(ref Utf8JsonReader reader) => reader.ValueTextEquals(_nameBytes);

    public void Write(Utf8JsonWriter writer, object? value, JsonSerializerOptions options)
    {
        if (_fields.Count == 0)
        {
            writer.WriteStringValue(_name);
            return;
        }

        writer.WriteStartObject();
        writer.WritePropertyName(_name);
        _fields.Write(writer, _take.Invoke(value), options);
        writer.WriteEndObject();
    }

    public object? Read(ref Utf8JsonReader reader, JsonSerializerOptions options) =>
        _make.Invoke(_fields.Read(ref reader, options));

    /// <summary>The case stored by its name alone: it has no fields, or had none when it was
    /// written.</summary>
    public object? Bare() => _make.Invoke(_fields.Missing());

    private static string StoredName(UnionCaseInfo it) =>
        it.GetCustomAttributes(typeof(StoredAsAttribute)) is [StoredAsAttribute stored, ..]
            ? stored.Name
            : it.Name;
}
