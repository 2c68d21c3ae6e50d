using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Cano.Faster.Frames;
using Cano.Reliability.Journals;

namespace Cano.Reliability.Hostile;

/// <summary>Draws frames whose checksums are right, behind the end of a log. Made here byte for byte: the
/// journal's own writer makes none like them.</summary>
/// <param name="chance">Draws.</param>
/// <param name="runs">The runs of the log.</param>
/// <param name="store">The checksum of the journal's store id.</param>
internal sealed class AbsurdFrames(Random chance, IReadOnlyList<string> runs, uint store)
{
    private const int Checked = 56;

    /// <summary>A run that frames may be of besides those that are there.</summary>
    public const string Stranger = "stranger";

    /// <summary>The runs that a frame was said to be of. An id that is no text names none.</summary>
    public HashSet<string> Named { get; } = [];

    /// <summary>The entry of a frame at this place of the log.</summary>
    /// <param name="address">Where it is to be.</param>
    /// <param name="before">Where the frame before begins, and the checksum of its run.</param>
    /// <param name="sum">The checksum of its own run.</param>
    public byte[] Draw(long address, (long Address, uint Run) before, out uint sum)
    {
        var id = Id();
        var payload = Payload();
        var frame = new byte[Frame.HeadSize + id.Length + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, 0x4F4E4143);
        frame[4] = Often() ? (byte)chance.Next(Frame.Version, Frame.OfStore + 1) : (byte)chance.Next(256);
        frame[5] = (byte)(Often() ? chance.Next(1, 14) : chance.Next(256));
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(6), (ushort)id.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(8), frame.Length);
        Put(frame, 12, Often() ? address - before.Address : AbsurdNumbers.Draw(chance), sizeof(uint));
        Put(frame, 16, Often() ? LogAddress.First : AbsurdNumbers.Draw(chance), sizeof(long));
        Put(frame, 24, Often() ? chance.Next(12) : AbsurdNumbers.Draw(chance), sizeof(long));
        Put(frame, 32, Often() ? chance.Next(1, 5) : AbsurdNumbers.Draw(chance), sizeof(long));
        Put(frame, 40, Often() ? chance.Next(3) : AbsurdNumbers.Draw(chance), sizeof(int));
        Put(frame, 44, Often() ? before.Run : AbsurdNumbers.Draw(chance), sizeof(uint));
        Put(frame, 48, Often() ? DateTime.UnixEpoch.Ticks : AbsurdNumbers.Draw(chance), sizeof(long));
        id.CopyTo(frame, Frame.HeadSize);
        payload.CopyTo(frame, Frame.HeadSize + id.Length);
        Seal(frame, id, payload, address);
        sum = Checksum.Of(id);
        if (Utf8.IsValid(id))
            Named.Add(Encoding.UTF8.GetString(id));
        return Entry(frame);
    }

    private void Seal(byte[] frame, byte[] id, byte[] payload, long address)
    {
        var place = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(place, address);
        var where = Checksum.Of(place, frame[4] == Frame.OfStore ? store : 0);
        var head = Checksum.Of(id, Checksum.Of(frame.AsSpan(0, Checked), where));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(56), head);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(60), Checksum.Of(payload, head));
    }

    private static byte[] Entry(byte[] frame)
    {
        var entry = new byte[Frame.EntrySize(frame.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(entry, frame.Length);
        frame.CopyTo(entry, Frame.EntryHeader);
        return entry;
    }

    private static void Put(byte[] frame, int at, long value, int size)
    {
        if (size == sizeof(long))
            BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(at), value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(at), (uint)value);
    }

    private bool Often() => chance.Next(12) > 0;

    private byte[] Id() =>
        chance.Next(12) switch
        {
            0 => [],
            1 => [0xC3, 0x28, (byte)chance.Next(256)],
            2 => Encoding.UTF8.GetBytes(new string('x', chance.Next(1, 3000))),
            < 8 => Encoding.UTF8.GetBytes(runs[chance.Next(runs.Count)]),
            _ => Encoding.UTF8.GetBytes(Stranger),
        };

    private byte[] Payload()
    {
        switch (chance.Next(5))
        {
            case 0:
                return [];
            case 1:
                // The head of a copy: rows, tries, frames of the inbox.
                var copy = new byte[chance.Next(2) == 0 ? 12 : 20];
                BinaryPrimitives.WriteInt64LittleEndian(
                    copy,
                    Often() ? chance.Next(4) : AbsurdNumbers.Draw(chance)
                );
                BinaryPrimitives.WriteInt32LittleEndian(copy.AsSpan(8), (int)AbsurdNumbers.Draw(chance));
                if (copy.Length > 12)
                    Put(copy, 12, Often() ? chance.Next(4) : AbsurdNumbers.Draw(chance), sizeof(long));
                return copy;
            case 4:
                return Payloads.Item(chance).ToBytes();
            case 2:
                return SoundRows.All[chance.Next(SoundRows.All.Count)].ToBytes();
            default:
                return AbsurdRows.Draw(chance);
        }
    }
}
