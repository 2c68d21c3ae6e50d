using System.Text;

namespace Cano.Runtime.Data;

/// <summary>The bytes of what a durable store wrote between two rows: a version, then operations in order.
/// Every number here is stored: changing one strands old journals.</summary>
internal static class DataDelta
{
    private const byte Version = 1;

    private enum Operation : byte
    {
        Clear = 1,
        Put = 2,
        Remove = 3,
        Append = 4,
    }

    public static byte[] Write(
        bool cleared,
        IEnumerable<string> changed,
        Dictionary<string, DurableValue> values,
        ValueCodec codec
    )
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        if (cleared)
            writer.Write((byte)Operation.Clear);
        foreach (var key in changed)
        {
            if (values.TryGetValue(key, out var value))
                WriteValue(writer, key, value, codec);
            else
                WriteHead(writer, Operation.Remove, key);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Everything, in the place of what was there before.</summary>
    public static byte[] WriteAll(Dictionary<string, DurableValue> values, ValueCodec codec)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write((byte)Operation.Clear);
        foreach (var (key, value) in values)
            WriteWhole(writer, key, value, codec);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <param name="delta">The bytes.</param>
    /// <param name="values">What they change.</param>
    /// <param name="decode">Decodes each value.</param>
    public static void Apply(
        ReadOnlySpan<byte> delta,
        Dictionary<string, DurableValue> values,
        Func<byte[], byte[]> decode
    )
    {
        using var reader = new BinaryReader(new MemoryStream(delta.ToArray()), Encoding.UTF8);
        var version = reader.ReadByte();
        if (version != Version)
            throw StoreValues.Error(
                $"The run's data has format version {version}; this build of Cano reads {Version}"
            );
        while (reader.BaseStream.Position < reader.BaseStream.Length)
            ApplyNext(reader, values, decode);
    }

    private static void WriteHead(BinaryWriter writer, Operation operation, string key)
    {
        writer.Write((byte)operation);
        writer.Write(key);
    }

    private static void WriteBytes(BinaryWriter writer, byte[] bytes)
    {
        writer.Write7BitEncodedInt(bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteValue(BinaryWriter writer, string key, DurableValue value, ValueCodec codec)
    {
        if (value.NewItems is not { } items)
        {
            WriteWhole(writer, key, value, codec);
            return;
        }

        foreach (var item in items)
        {
            WriteHead(writer, Operation.Append, key);
            WriteBytes(writer, codec.Encode(item));
        }

        value.MarkSaved();
    }

    private static void WriteWhole(BinaryWriter writer, string key, DurableValue value, ValueCodec codec)
    {
        WriteHead(writer, Operation.Put, key);
        WriteBytes(writer, codec.Encode(value.ToJson()));
        value.MarkSaved();
    }

    private static void ApplyNext(
        BinaryReader reader,
        Dictionary<string, DurableValue> values,
        Func<byte[], byte[]> decode
    )
    {
        var operation = (Operation)reader.ReadByte();
        if (operation == Operation.Clear)
        {
            values.Clear();
            return;
        }

        var key = reader.ReadString();
        switch (operation)
        {
            case Operation.Put:
                values[key] = DurableValue.Of(decode(ReadBytes(reader)));
                break;
            case Operation.Remove:
                values.Remove(key);
                break;
            case Operation.Append when ListUnder(key, values).TryAppend(decode(ReadBytes(reader))):
                values[key].MarkSaved();
                break;
            default:
                throw StoreValues.Error($"The run's data is damaged at key '{key}'");
        }
    }

    /// <summary>Of a branch that is run again the list may have been another branch's.</summary>
    private static DurableValue ListUnder(string key, Dictionary<string, DurableValue> values) =>
        values.TryGetValue(key, out var there) ? there : values[key] = DurableValue.EmptyList();

    private static byte[] ReadBytes(BinaryReader reader)
    {
        var length = reader.Read7BitEncodedInt();
        // Asked before: the bytes are made room for at once, however many they are said to be.
        return length >= 0 && length <= reader.BaseStream.Length - reader.BaseStream.Position
            ? reader.ReadBytes(length)
            : throw new EndOfStreamException("The run's data ends within a value.");
    }
}
