using System.Security.Cryptography;
using System.Text;

namespace Cano.Examples.Encrypted;

/// <summary>A value is sealed, the key is changed, and both old and new are read.</summary>
public static class KeyChange
{
    public static void Run(TextWriter output)
    {
        var keys = KeyRing.Empty.With("2026-01", RandomNumberGenerator.GetBytes(32));
        var old = Sealed(keys, """{"Card":"4111 1111 1111 1111"}""");

        keys = keys.With("2026-02", RandomNumberGenerator.GetBytes(32));
        var fresh = Sealed(keys, """{"Card":"5500 0000 0000 0004"}""");

        output.WriteLine($"{old.Length} bytes under the old key, {fresh.Length} under the new one");
        output.WriteLine(Opened(keys, old));
        output.WriteLine(Opened(keys, fresh));
        try
        {
            Opened(keys.Without("2026-01"), old);
        }
        catch (CryptographicException gone)
        {
            // A run with such a value is left as it is until the key is back.
            output.WriteLine(gone.Message);
        }
    }

    private static ReadOnlyMemory<byte> Sealed(KeyRing keys, string json) =>
        new SealedValues(keys).Encode(Encoding.UTF8.GetBytes(json));

    private static string Opened(KeyRing keys, ReadOnlyMemory<byte> kept) =>
        Encoding.UTF8.GetString(new SealedValues(keys).Decode(kept).Span);
}
