using System.Security.Cryptography;
using System.Text;

namespace Cano.Examples.Encrypted;

/// <summary>Encrypts every value with AES-GCM. The bytes begin with the name of their key, so that a key may
/// be changed: runs that began under the old one are read, and go on under the new one.</summary>
/// <remarks>Kept of a value: one byte for the length of the key's name, the name, a nonce of 12 bytes, a tag
/// of 16, and the value encrypted.</remarks>
public sealed class SealedValues(KeyRing keys) : IPayloadCodec
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public string Name => "aes-gcm";

    public ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> plain)
    {
        var name = Encoding.UTF8.GetBytes(keys.Current);
        var kept = new byte[1 + name.Length + NonceLength + TagLength + plain.Length];
        var (head, nonce, tag, text) = Parts(kept, name.Length);
        kept[0] = checked((byte)name.Length);
        name.CopyTo(head[1..]);
        RandomNumberGenerator.Fill(nonce.Span);
        using var aes = new AesGcm(keys[keys.Current], TagLength);
        // The head is signed with the rest: nobody can say that it is of another key.
        aes.Encrypt(nonce.Span, plain.Span, text.Span, tag.Span, head.Span);
        return kept;
    }

    public ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> stored)
    {
        if (stored.IsEmpty || stored.Length < 1 + stored.Span[0] + NonceLength + TagLength)
            throw new CryptographicException("this is no encrypted value");
        var (head, nonce, tag, text) = Parts(stored.ToArray(), stored.Span[0]);
        var plain = new byte[text.Length];
        using var aes = new AesGcm(keys[Encoding.UTF8.GetString(head.Span[1..])], TagLength);
        aes.Decrypt(nonce.Span, text.Span, tag.Span, plain, head.Span);
        return plain;
    }

    private static (Memory<byte> Head, Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Text) Parts(
        Memory<byte> kept,
        int nameLength
    )
    {
        var (nonce, tag) = (1 + nameLength, 1 + nameLength + NonceLength);
        return (
            kept[..nonce],
            kept.Slice(nonce, NonceLength),
            kept.Slice(tag, TagLength),
            kept[(tag + TagLength)..]
        );
    }
}
