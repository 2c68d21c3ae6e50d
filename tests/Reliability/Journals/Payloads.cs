using Cano.Faster.Frames;
using Cano.Kernel;

namespace Cano.Reliability.Journals;

/// <summary>Draws rows of every size that a journal treats in its own way.</summary>
internal static class Payloads
{
    private const int QuarterPage = SmallJournal.PageSize / 4;

    /// <summary>A row of a run at this sequence; small ones are the most frequent.</summary>
    public static CheckpointRow Row(Random chance, long sequence) =>
        new()
        {
            Sequence = sequence,
            Kind = Kind(chance, sequence),
            WrittenAt = DateTimeOffset.UnixEpoch.AddSeconds(sequence),
            State = $"state-{chance.Next(4)}",
            TaskName = chance.Next(2) == 0 ? "" : "Task",
            WorkflowName = sequence == 0 ? "orders" : null,
            WorkflowVersion = 1,
            Visit = sequence,
            Payload = chance.Next(4) == 0 ? default(ReadOnlyMemory<byte>?) : Bytes(chance),
        };

    /// <summary>Something to send to a run. Some ids come again.</summary>
    public static InboxItem Item(Random chance) =>
        chance.Next(6) == 0
            ? InboxItem.Cancel(chance.Next(2) == 0 ? null : "enough")
            : InboxItem.Signal(
                $"signal-{chance.Next(3)}",
                chance.Next(3) switch
                {
                    0 => null,
                    1 => $"id-{chance.Next(4)}",
                    _ => $"id-{chance.Next()}",
                },
                chance.Next(4) == 0 ? null : new StoredValue(Bytes(chance), typeName: null)
            );

    /// <summary>The row, as one that takes the entry.</summary>
    public static CheckpointRow Taking(CheckpointRow row, InboxItem item) =>
        row with
        {
            Kind = item.Kind == InboxKind.Cancel ? RowKind.CancelRequested : RowKind.SignalTaken,
            Payload = RowFormat.Payload(
                item.Kind == InboxKind.Cancel
                    ? Fact.NewCancelRequested(new CancelRequest(item.Name, DateTimeOffset.UnixEpoch))
                    : Fact.NewSignalTaken(new TakenSignal(item.Number, item.Name!, item.Id, payload: null))
            ),
        };

    private static RowKind Kind(Random chance, long sequence) =>
        chance.Next(12) switch
        {
            0 when sequence > 0 => RowKind.Snapshot,
            1 when sequence > 0 => RowKind.Finished,
            < 8 => RowKind.CursorAdvanced,
            _ => RowKind.StateEntered,
        };

    private static byte[] Bytes(Random chance)
    {
        var size = chance.Next(40) switch
        {
            // Several parts, the last of them whole, empty or short.
            0 => (chance.Next(1, 4) * QuarterPage) + chance.Next(-60, 60),
            < 3 => chance.Next(QuarterPage),
            < 12 => chance.Next(2000),
            _ => chance.Next(120),
        };
        var bytes = new byte[size];
        chance.NextBytes(bytes);
        if (size > 100 && chance.Next(3) == 0)
            PretendFrame(bytes, chance);
        return bytes;
    }

    /// <summary>Puts into the payload what a frame in another place would look like.</summary>
    private static void PretendFrame(Span<byte> bytes, Random chance)
    {
        var head = new FrameHead(FrameKind.Row, "a", Sequence: chance.Next(5), Fence: 1, Part: 0, Ticks: 1);
        Frame.Write(bytes, head, new FramePlace(chance.Next(1 << 16) * 4, 64, 0, 64), "x"u8);
    }
}
