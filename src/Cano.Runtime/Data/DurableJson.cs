using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cano;

/// <summary>How durable values become JSON: plain System.Text.Json, tuples and F#'s types included, no type
/// names. The result is stored (docs/journal-format.md): changing it strands the data of old runs.</summary>
internal static class DurableJson
{
    /// <summary>How deep values may be nested; a recursive union takes two levels a case.</summary>
    private const int DepthMax = 512;

    /// <summary>How many characters of a serialiser's message are told.</summary>
    private const int ReasonMax = 300;

    public static JsonSerializerOptions Options { get; } = Make();

    /// <summary>Why a value cannot become JSON, to follow its type, and what can. A cycle's message repeats its path up
    /// to the depth allowed: the beginning tells enough.</summary>
    public static string Refusal(Exception thrown)
    {
        var reason = thrown.Message is { Length: > ReasonMax } text
            ? $"{text.AsSpan(0, ReasonMax)}…"
            : thrown.Message;
        return $"cannot be serialised; give plain data, such as a record: {reason}";
    }

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            IncludeFields = true,
            MaxDepth = DepthMax,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        };
        options.Converters.Add(new CanoErrorJson());
        options.Converters.Add(new BigIntegerJson());
        options.Converters.Add(new FSharpJson());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
