namespace Cano.Runtime.Checkpoints;

/// <summary>The inbox of a store, for whoever cannot go on without one.</summary>
internal static class StoreInbox
{
    /// <exception cref="CanoException">`checkpoint_store`: the store keeps none.</exception>
    public static IInboxStore Of(ICheckpointStore store) =>
        store.Inbox
        ?? throw new CanoException(
            CanoError.Of(
                Fault.NewCheckpointStore(
                    "the checkpoint store keeps no inbox, so that signals and cancel requests cannot be made "
                        + "durable: use a journal's directory, or a store that implements IInboxStore"
                )
            )
        );
}
