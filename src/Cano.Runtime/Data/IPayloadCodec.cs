namespace Cano;

/// <summary>Turns every value that a user gives to a run into the bytes that a journal keeps of it, and
/// back: to encrypt them, or to make them shorter. Names, tags and the texts of errors stay as they
/// are.</summary>
/// <remarks>Called from many threads at once, for each value when it is given and when its row is written.
/// What it throws is the error of who gave the value; a run whose rows it cannot decode is left alone. It
/// reads what it ever wrote: a key that was changed is told by the bytes themselves.</remarks>
public interface IPayloadCodec
{
    /// <summary>Stands in every row that has values of this codec; rows of another are not read. Not
    /// empty.</summary>
    string Name { get; }

    /// <summary>What is kept of a value.</summary>
    /// <param name="plain">JSON in UTF-8. Valid during the call.</param>
    ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> plain);

    /// <summary>The value again, byte by byte as it was.</summary>
    /// <param name="stored">What <see cref="Encode"/> gave. Valid during the call.</param>
    ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> stored);
}
