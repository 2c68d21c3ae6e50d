using Cano.Runtime.Checkpoints;

namespace Cano.Runtime.StoredRuns;

/// <summary>How a run begins with a signal in its inbox: in one step where the store can, so that no list and
/// no crash shows the run without it.</summary>
internal static class SignalledStart
{
    /// <summary>As <see cref="ICheckpointStore.BeginAsync"/>, with the signal.</summary>
    public static async ValueTask<long> BeginAsync(
        ICheckpointStore store,
        string runId,
        CheckpointRow first,
        InboxItem signal
    )
    {
        if (store is IBeginsSignalled { CanBeginSignalled: true } atOnce)
            return await atOnce.BeginAsync(runId, first, signal, lease: null).ConfigureAwait(false);
        var fence = await store.BeginAsync(runId, first).ConfigureAwait(false);
        // The run does not go on before it lies there. When that fails the start is in doubt.
        await StoredSignal.AcceptAsync(StoreInbox.Of(store), runId, signal).ConfigureAwait(false);
        return fence;
    }
}
