using Cano.Kernel;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.StoredRuns;

namespace Cano.Runtime.Signals;

/// <summary>One run's inbox in its store. Rows take what they name there.</summary>
/// <param name="inbox">The store's inboxes.</param>
/// <param name="runId">The run.</param>
/// <param name="values">Decodes what signals carry.</param>
internal sealed class StoredInbox(IInboxStore inbox, string runId, ValueCodec values) : IInbox
{
    public async ValueTask<TakenSignal?> FindAsync(WaitDefinition wait, DateTimeOffset? due)
    {
        IReadOnlyList<InboxItem> items;
        try
        {
            items = await StoreCall
                .AskAsync("read inbox", () => inbox.ReadInboxAsync(runId))
                .ConfigureAwait(false);
        }
        catch (CanoException failure)
        {
            throw new UnreadInboxException(failure);
        }

        if (Oldest(wait, due, items) is not { } found)
            return null;
        var item = items.First(item => item.Number == found.Number);
        return new(found.Number, found.Name, found.Id, Decoded(item));
    }

    public void Take(long number) { }

    public IDisposable Watch(Action ring) => inbox.WatchInbox(runId, ring);

    /// <summary>The oldest signal among entries that a wait goes on with, as it is kept; null when none has
    /// come in time.</summary>
    public static TakenSignal? Oldest(
        WaitDefinition wait,
        DateTimeOffset? due,
        IEnumerable<InboxItem> items
    ) =>
        Inbox.Oldest(
            wait,
            due,
            items
                .Where(item => item.Kind == InboxKind.Signal)
                .Select(item => new InboxEntry(
                    new TakenSignal(item.Number, item.Name!, item.Id, item.Payload),
                    item.AcceptedAt
                ))
        );

    private StoredValue? Decoded(InboxItem item)
    {
        if (item is not { Payload: { } payload, Codec: { } codec })
            return item.Payload;
        if (codec != values.Name)
            throw Unreadable(
                item,
                $"it was encoded by '{codec}', and {(values.Name is { } own ? $"'{own}' decodes" : "nothing decodes")}: "
                    + "run it with the codec that encoded it",
                null
            );
        try
        {
            return new(values.Decode(payload.Json), payload.TypeName);
        }
        // Whatever the user's codec throws.
        catch (Exception thrown)
        {
            throw Unreadable(item, UserText.MessageOf(thrown), thrown);
        }
    }

    /// <summary>Another try comes to the same.</summary>
    private UnreadInboxException Unreadable(InboxItem item, string why, Exception? thrown) =>
        new(
            new HeldException(
                new CanoException(
                    CanoError.Of(
                        Fault.NewCheckpointStore($"read what {item} of run '{runId}' carries: {why}")
                    ),
                    thrown
                )
            )
        );
}
