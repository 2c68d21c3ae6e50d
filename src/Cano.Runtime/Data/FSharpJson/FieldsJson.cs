using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;

namespace Cano.Runtime.Data.FSharpJson;

/// <summary>The named fields of a record or of a union's case, as the properties of a JSON object. Every
/// field is written. Of those that are read, an option may be missing; names that are not known are skipped,
/// so that a newer version's fields do not stop an older one.</summary>
/// <param name="owner">The record or case, as messages call it.</param>
/// <param name="properties">The fields in the order of the constructor.</param>
[RequiresUnreferencedCode(FSharpTypes.Looked)]
[RequiresDynamicCode(FSharpTypes.Looked)]
internal sealed class FieldsJson(string owner, PropertyInfo[] properties)
{
    private readonly FieldJson[] _fields = [.. properties.Select(property => new FieldJson(owner, property))];

    public int Count => _fields.Length;

    public void Write(Utf8JsonWriter writer, object?[] values, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        for (var i = 0; i < _fields.Length; i++)
            _fields[i].Write(writer, values[i], options);
        writer.WriteEndObject();
    }

    /// <summary>The values, from an object that the reader stands at the start of.</summary>
    /// <exception cref="JsonException">No object, a field is missing, there twice or of another
    /// type.</exception>
    public object?[] Read(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"{owner} is stored as an object, this is {reader.TokenType}.");

        var values = new object?[_fields.Length];
        var found = new bool[_fields.Length];
        var expected = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var index = Find(ref reader, expected);
            reader.Read();
            if (index < 0)
            {
                reader.Skip();
                continue;
            }

            if (found[index])
                throw new JsonException($"Field '{_fields[index].Name}' of {owner} is there twice.");
            values[index] = _fields[index].Read(ref reader, options);
            found[index] = true;
            expected = index + 1;
        }

        Complete(values, found);
        return values;
    }

    /// <summary>The values when none is stored.</summary>
    /// <exception cref="JsonException">A field is not optional.</exception>
    public object?[] Missing()
    {
        var values = new object?[_fields.Length];
        Complete(values, new bool[_fields.Length]);
        return values;
    }

    /// <summary>Fields come in the order they were written in, mostly.</summary>
    private int Find(ref Utf8JsonReader reader, int expected)
    {
        for (var i = 0; i < _fields.Length; i++)
        {
            var index = (expected + i) % _fields.Length;
            if (_fields[index].IsNamed(ref reader))
                return index;
        }

        return -1;
    }

    private void Complete(object?[] values, bool[] found)
    {
        for (var i = 0; i < _fields.Length; i++)
            if (!found[i])
                values[i] = _fields[i].Missing();
    }
}
