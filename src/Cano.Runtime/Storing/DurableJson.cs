using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cano;

/// <summary>How durable values become JSON: plain System.Text.Json, tuples included, no type names.</summary>
internal static class DurableJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            IncludeFields = true,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        };
        options.Converters.Add(new CanoErrorJson());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
