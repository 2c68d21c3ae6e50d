using System.Text.Json;
using System.Text.Json.Serialization;
using Cano.Kernel;

namespace Cano.Runtime.Data;

/// <summary>Errors in durable values: category and message for readers, and the bytes that rows
/// use.</summary>
internal sealed class CanoErrorJson : JsonConverter<CanoError>
{
    private const string Bytes = "bytes";

    public override CanoError Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    )
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.TryGetProperty(Bytes, out var bytes)
            ? ErrorFormat.OfBytes(bytes.GetBytesFromBase64())
                ?? throw new JsonException("The stored error is damaged.")
            : throw new JsonException("This is no stored error.");
    }

    public override void Write(Utf8JsonWriter writer, CanoError value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("category", value.Category);
        writer.WriteString("message", value.Message);
        writer.WriteBase64String(Bytes, ErrorFormat.ToBytes(value));
        writer.WriteEndObject();
    }
}
