using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cano;

/// <summary>How durable values become JSON: plain System.Text.Json, tuples and F#'s types included, no type
/// names. The result is stored (docs/journal-format.md): changing it strands the data of old runs.</summary>
internal static class DurableJson
{
    /// <summary>How deep values may be nested; a recursive union takes two levels a case.</summary>
    private const int DepthMax = 512;

    public static JsonSerializerOptions Options { get; } = Make();

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
