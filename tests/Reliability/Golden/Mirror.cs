using Cano.Runtime.Data;

namespace Cano.Reliability.Golden;

/// <summary>Keeps users' values backwards, as if they were encrypted.</summary>
internal sealed class Mirror : IPayloadCodec
{
    public static Mirror Codec { get; } = new();

    public static ValueCodec Values { get; } = new(codec: Codec);

    public string Name => "mirror";

    public ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> plain) => Turned(plain);

    public ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> stored) => Turned(stored);

    private static byte[] Turned(ReadOnlyMemory<byte> bytes)
    {
        var turned = bytes.ToArray();
        Array.Reverse(turned);
        return turned;
    }
}
