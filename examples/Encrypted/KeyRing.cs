using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Cano.Examples.Encrypted;

/// <summary>Keys by their names: what is new is encrypted under one of them, what is old is read with
/// any.</summary>
public sealed record KeyRing
{
    private ImmutableDictionary<string, byte[]> _keys = ImmutableDictionary<string, byte[]>.Empty;

    private KeyRing() { }

    public static KeyRing Empty { get; } = new();

    /// <summary>The name of the key for what is new.</summary>
    public string Current { get; private init; } = "";

    /// <summary>The same ring with one more key, which is the one for what is new from now on.</summary>
    /// <param name="name">At most 255 bytes of UTF-8; a date tells when the key came.</param>
    /// <param name="key">32 bytes, from wherever keys are kept.</param>
    public KeyRing With(string name, byte[] key) =>
        this with
        {
            Current = name,
            _keys = _keys.Add(name, key),
        };

    /// <summary>The same ring without a key: what was encrypted under it can be read no more.</summary>
    public KeyRing Without(string name) => this with { _keys = _keys.Remove(name) };

    public byte[] this[string name] =>
        _keys.GetValueOrDefault(name)
        ?? throw new CryptographicException($"there is no key '{name}' any more");
}
