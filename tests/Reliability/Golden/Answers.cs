using Cano.Testing;

namespace Cano.Reliability.Golden;

/// <summary>Somebody answers a run as soon as a row says that it asks.</summary>
internal sealed class Answers(ICheckpointStore inner) : DelegatingCheckpointStore(inner)
{
    private static readonly byte[] s_payment = "{\"Number\":9,\"Text\":\"bezahlt\"}"u8.ToArray();

    public override async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        await base.AppendAsync(runId, row, fence, cancellationToken);
        if (row.Kind == RowKind.WaitStarted && To(row.State) is { } signal)
            await AcceptAsync(runId, signal, cancellationToken);
    }

    private static InboxItem? To(string state) =>
        state switch
        {
            "asked" or "woken" => InboxItem.Signal("paid", "payment-2", new(s_payment, "Receipt")),
            "called" => InboxItem.Signal("hurry"),
            "seals" => InboxItem.Signal(
                "paid",
                "payment-3",
                new(Mirror.Codec.Encode(s_payment).ToArray(), "Receipt"),
                Mirror.Codec.Name
            ),
            _ => null,
        };
}
