using System.Text.Json;
using System.Text.Json.Serialization;
using Cano.Kernel;
using Cano.Runtime.Data.FSharpJson;
using Cano.Runtime.Errors;

namespace Cano.Runtime.Data;

/// <summary>The one place that turns a user's value into the bytes that are kept of it, and back: durable
/// data, cursors, what steps give their compensations. The bytes are JSON in UTF-8 without type names, as
/// docs/journal-format.md says: changing them strands the values of old runs.</summary>
internal sealed class ValueCodec
{
    /// <summary>How deep values may be nested; a recursive union takes two levels a case.</summary>
    public const int DepthMax = 512;

    /// <summary>At most so many bytes are not deep enough to matter: each level takes two.</summary>
    private const int ShallowMax = 2 * DepthMax - 2;

    /// <summary>How many characters of a serialiser's message are told.</summary>
    private const int ReasonMax = 300;

    private readonly JsonSerializerOptions _json;

    /// <param name="change">Changes how values become JSON, beyond Cano's own rules.</param>
    public ValueCodec(Action<JsonSerializerOptions>? change = null)
    {
        _json = new JsonSerializerOptions
        {
            IncludeFields = true,
            MaxDepth = DepthMax,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        };
        change?.Invoke(_json);
        _json.Converters.Add(new CanoErrorJson());
        _json.Converters.Add(new BigIntegerJson());
        _json.Converters.Add(new FSharpConverters());
        _json.MakeReadOnly(populateMissingResolver: true);
    }

    /// <summary>By Cano's rules alone.</summary>
    public static ValueCodec Plain { get; } = new();

    /// <exception cref="Exception">Whatever the serialiser, or a getter of the value, throws.</exception>
    public byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, _json);

    /// <inheritdoc cref="Write{T}(T)"/>
    public byte[] Write(object? value, Type type) => JsonSerializer.SerializeToUtf8Bytes(value, type, _json);

    /// <exception cref="Exception">Whatever the serialiser, or a constructor of the type, throws.</exception>
    public T? Read<T>(byte[] stored) => JsonSerializer.Deserialize<T>(stored, _json);

    /// <inheritdoc cref="Read{T}(byte[])"/>
    public object? Read(byte[] stored, Type type) => JsonSerializer.Deserialize(stored, type, _json);

    /// <summary>Whether a list of such values can be read: it is one level deeper than they are.</summary>
    public static bool IsItem(byte[] json)
    {
        if (json.Length <= ShallowMax)
            return true;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthMax - 1 });
        try
        {
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Null when a row has room for the bytes; else what to do, to follow what they are.</summary>
    public static string? TooLong(byte[] json) =>
        json.Length <= RowLimits.Payload
            ? null
            : $"has {json.Length} bytes; a journal takes {RowLimits.Payload}: keep large data elsewhere and give "
                + "a reference to it";

    /// <summary>Why a value cannot be written, to follow its type, and what can. A cycle's message repeats
    /// its path up to the depth allowed: the beginning tells enough.</summary>
    public static string Refusal(Exception thrown)
    {
        var reason = UserText.Cut(UserText.MessageOf(thrown), ReasonMax);
        return $"cannot be serialised; give plain data, such as a record: {reason}";
    }
}
