using System.Text.Json;

namespace Cano.Reliability.Golden;

/// <summary>What lies in inboxes of runs that nobody works on.</summary>
internal static class GoldenSignals
{
    /// <summary>More than a page of 64 KiB, so that it is stored in chunks wherever it lies.</summary>
    private const int LargeLength = 70_000;

    private static readonly byte[] s_payment = "{\"sum\":7}"u8.ToArray();

    public static async Task SendAsync(FasterCheckpointStore store)
    {
        var paid = InboxItem.Signal("paid", "payment-1", new(s_payment, "Payment"));
        await store.AcceptAsync("stepped-2", paid);
        await store.AcceptAsync("stepped-2", InboxItem.Signal("hurry"));
        await store.AcceptAsync("stepped-3", Large("letter-1"));
        await store.AcceptAsync("failed-2", paid);
        await store.AcceptAsync("revoked-3", InboxItem.Cancel("nobody there"));
        await store.AcceptAsync("parked-2", InboxItem.Cancel());
    }

    /// <summary>It carries a long text, of which no type is told.</summary>
    public static InboxItem Large(string id) =>
        InboxItem.Signal(
            "large",
            id,
            new(JsonSerializer.SerializeToUtf8Bytes(new string('x', LargeLength)), null)
        );
}
