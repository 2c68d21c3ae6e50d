using Cano.Kernel;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Signals;

namespace Cano.Runtime.StoredRuns;

/// <summary>One run's inbox in its store. Rows take what they name there.</summary>
/// <param name="inbox">The store's inboxes.</param>
/// <param name="runId">The run.</param>
/// <param name="values">Decodes what signals carry.</param>
internal sealed class StoredInbox(IInboxStore inbox, string runId, ValueCodec values) : IInbox
{
    public async ValueTask<TakenSignal?> FindAsync(WaitDefinition wait, DateTimeOffset? due)
    {
        InboxItem? found;
        try
        {
            found = await StoreCall
                .AskAsync(
                    "read inbox",
                    () => inbox.FindOldestAsync(runId, InboxKind.Signal, AwaitedSignal.NamesOf(wait), due)
                )
                .ConfigureAwait(false);
        }
        catch (CanoException failure)
        {
            throw new StoppedWaitException(failure);
        }

        return AwaitedSignal.Taken(wait, due, found) is { } taken
            ? new(taken.Number, taken.Name, taken.Id, Decoded(found!))
            : null;
    }

    public void Take(long number) { }

    public IDisposable Watch(Action ring) => inbox.WatchInbox(runId, ring);

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
    private StoppedWaitException Unreadable(InboxItem item, string why, Exception? thrown) =>
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
