using Cano.Kernel;

namespace Cano.Testing.Stores;

/// <summary>Entries for the cases of inboxes, and rows that take them.</summary>
internal static class InboxRows
{
    /// <summary>A signal with a payload.</summary>
    public static InboxItem Signal(string name, string? id = null) =>
        InboxItem.Signal(name, id, new StoredValue("{\"paid\":true}"u8.ToArray(), "Payment"), "plain");

    /// <summary>The row by which a run takes an entry.</summary>
    public static CheckpointRow Taken(long sequence, InboxItem item) =>
        StoreRows.Of(
            sequence,
            RowKind.SignalTaken,
            RowFormat.Payload(
                Fact.NewSignalTaken(new TakenSignal(item.Number, item.Name!, item.Id, item.Payload))
            )
        );

    /// <summary>The row by which a run takes its cancels.</summary>
    public static CheckpointRow Cancelled(long sequence) =>
        StoreRows.Of(
            sequence,
            RowKind.CancelRequested,
            RowFormat.Payload(
                Fact.NewCancelRequested(new CancelRequest("enough", StoreRows.MadeAt(sequence)))
            )
        ) with
        {
            Status = RowStatus.RollingBack,
        };

    /// <summary>A row that ends a run.</summary>
    public static CheckpointRow End(long sequence, RowStatus status) =>
        StoreRows.Of(
            sequence,
            status == RowStatus.Completed ? RowKind.Finished : RowKind.RollbackFinished,
            [1]
        ) with
        {
            Status = status,
        };
}
