using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;
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

    private const string LookedAt =
        "JSON looks at types where JsonSerializerIsReflectionEnabledByDefault lets it.";

    private readonly JsonSerializerOptions _json;
    private readonly Lazy<JsonSerializerOptions> _strict;
    private readonly Lazy<JsonSerializerOptions> _lenient;

    private readonly IPayloadCodec? _codec;

    /// <param name="json">The user's rules; Cano's come behind them.</param>
    /// <param name="codec">The user's codec; null when JSON is kept as it is.</param>
    /// <exception cref="ArgumentException">The codec's name cannot be kept.</exception>
    public ValueCodec(JsonSerializerOptions? json = null, IPayloadCodec? codec = null)
    {
        _codec = codec;
        Name = codec is null ? null : RequireName(codec.Name);
        _json = json is null ? new JsonSerializerOptions() : new JsonSerializerOptions(json);
        _json.IncludeFields = true;
        _json.MaxDepth = DepthMax;
        _json.WriteIndented = false;
        _json.NumberHandling |= JsonNumberHandling.AllowNamedFloatingPointLiterals;
        _json.Converters.Add(new CanoErrorJson());
        _json.Converters.Add(new BigIntegerJson());
        KnowTypes(_json);
        _strict = new(Strict);
        _lenient = new(Lenient);
        Types = new StorableTypes(_json);
    }

    /// <summary>By Cano's rules alone.</summary>
    public static ValueCodec Plain { get; } = new();

    /// <summary>Which types can be kept.</summary>
    public StorableTypes Types { get; }

    /// <summary>What rows call the user's codec; null when JSON is kept as it is.</summary>
    public string? Name { get; }

    /// <summary>The value as JSON. That the codec encodes it is tried at once, where its giver is
    /// told.</summary>
    /// <exception cref="Exception">Whatever the serialiser, a getter of the value, or the codec
    /// throws.</exception>
    public byte[] Write<T>(T value) => Tried(JsonSerializer.SerializeToUtf8Bytes(value, TypeOf<T>()));

    /// <inheritdoc cref="Write{T}(T)"/>
    public byte[] Write(object? value, Type type) => Tried(JsonOf(value, type));

    /// <summary>The value as JSON, for comparing.</summary>
    /// <exception cref="Exception">Whatever the serialiser, or a getter of the value, throws.</exception>
    public byte[] JsonOf(object? value, Type type) =>
        JsonSerializer.SerializeToUtf8Bytes(value, _json.GetTypeInfo(type));

    /// <summary>The bytes that a row keeps of JSON.</summary>
    /// <exception cref="Exception">Whatever the codec throws.</exception>
    public byte[] Encode(byte[] json) => _codec is null ? json : _codec.Encode(json).ToArray();

    /// <summary>The JSON behind the bytes of a row.</summary>
    /// <exception cref="Exception">Whatever the codec throws.</exception>
    public byte[] Decode(byte[] stored) => _codec is null ? stored : _codec.Decode(stored).ToArray();

    /// <exception cref="Exception">Whatever the serialiser, or a constructor of the type, throws.</exception>
    public T? Read<T>(byte[] stored) => JsonSerializer.Deserialize(stored, TypeOf<T>());

    /// <inheritdoc cref="Read{T}(byte[])"/>
    public object? Read(byte[] stored, Type type) =>
        JsonSerializer.Deserialize(stored, _json.GetTypeInfo(type));

    /// <summary>What was given just now: it lacks nothing that its type requires, and null is only where that
    /// may be.</summary>
    /// <exception cref="Exception">Whatever the serialiser, or a constructor of the type, throws.</exception>
    public object? ReadGiven(byte[] json, Type type) =>
        JsonSerializer.Deserialize(json, _strict.Value.GetTypeInfo(type));

    /// <summary>What a row says, which an older version of the type may have written: a member that it lacks
    /// has its default.</summary>
    /// <inheritdoc cref="Read{T}(byte[])"/>
    public object? ReadKept(byte[] json, Type type) =>
        JsonSerializer.Deserialize(json, _lenient.Value.GetTypeInfo(type));

    /// <summary>Whether two values are the same as JSON: the order of members is nothing, numbers count by
    /// value.</summary>
    public bool IsSame(byte[] left, byte[] right)
    {
        if (left.AsSpan().SequenceEqual(right))
            return true;
        using var one = JsonDocument.Parse(left, new JsonDocumentOptions { MaxDepth = DepthMax });
        using var other = JsonDocument.Parse(right, new JsonDocumentOptions { MaxDepth = DepthMax });
        return JsonElement.DeepEquals(one.RootElement, other.RootElement);
    }

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

    private JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)_json.GetTypeInfo(typeof(T));

    /// <summary>A resolver of the user's knows the user's types, a JsonSerializerContext for one. All others
    /// are looked at where the program may be; a trimmed one has those that are told.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = LookedAt)]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = LookedAt)]
    private static void KnowTypes(JsonSerializerOptions json)
    {
        if (JsonSerializer.IsReflectionEnabledByDefault)
            LookAtTypes(json);
        else
        {
            json.TypeInfoResolverChain.Add(PlainTypes.Default);
            json.TypeInfoResolverChain.Add(new CanoTypes());
            json.MakeReadOnly();
        }
    }

    [RequiresUnreferencedCode(LookedAt)]
    [RequiresDynamicCode(LookedAt)]
    private static void LookAtTypes(JsonSerializerOptions json)
    {
        if (json.TypeInfoResolver is not null)
            json.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver());
        json.Converters.Add(new FSharpConverters());
        json.MakeReadOnly(populateMissingResolver: true);
    }

    private JsonSerializerOptions Strict() =>
        new(_json)
        {
            RespectNullableAnnotations = true,
            // Where nulls are left out, what is left out is null.
            RespectRequiredConstructorParameters = _json.DefaultIgnoreCondition == JsonIgnoreCondition.Never,
        };

    private JsonSerializerOptions Lenient() =>
        new(_json)
        {
            RespectNullableAnnotations = false,
            RespectRequiredConstructorParameters = false,
            TypeInfoResolver = _json.TypeInfoResolver!.WithAddedModifier(type =>
            {
                foreach (var member in type.Properties)
                    member.IsRequired = false;
            }),
        };

    private byte[] Tried(byte[] json)
    {
        if (_codec is null)
            return json;
        var length = Encode(json).Length;
        return length <= RowLimits.Payload
            ? json
            : throw new JsonException(
                $"'{Name}' makes {length} bytes of it; a journal takes {RowLimits.Payload}"
            );
    }

    private static string RequireName(string? name) =>
        string.IsNullOrEmpty(name) || StoredText.Length(name) is null
            ? throw new ArgumentException("A codec has a name that can be kept in rows", nameof(name))
            : name;

    /// <summary>Why a value cannot be written, to follow its type, and what can. A cycle's message repeats
    /// its path up to the depth allowed: the beginning tells enough.</summary>
    public static string Refusal(Exception thrown)
    {
        return $"cannot be serialised; give plain data, such as a record: {Reason(thrown)}";
    }

    /// <summary>The beginning of what a serialiser says.</summary>
    public static string Reason(Exception thrown) =>
        UserText.Cut(UserText.MessageOf(thrown), ReasonMax) ?? "";
}
