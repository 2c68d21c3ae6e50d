using Cano.Kernel;
using Cano.Runtime.Errors;

namespace Cano.Runtime.StoredRuns;

/// <summary>Requests to stop for good, as they lie in runs' inboxes.</summary>
internal static class StoredCancel
{
    /// <summary>The request that a run has not acted on; null when there is none.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the inbox cannot be read.</exception>
    public static async ValueTask<CancelRequest?> FindAsync(ICheckpointStore store, string runId)
    {
        if (store.Inbox is not { } inbox)
            return null;
        var cancel = await StoreCall
            .AskAsync("read inbox", () => inbox.FindOldestAsync(runId, InboxKind.Cancel))
            .ConfigureAwait(false);
        return cancel is null ? null : new CancelRequest(cancel.Name, cancel.AcceptedAt);
    }

    /// <summary>Makes a request durable.</summary>
    /// <returns>False when there is nothing to keep: the run has ended, or is asked already.</returns>
    /// <exception cref="CanoException">`run_not_found`; `checkpoint_store`: the run is damaged, or the store
    /// failed.</exception>
    public static async Task<bool> AcceptAsync(IInboxStore inbox, string runId, InboxItem cancel)
    {
        try
        {
            return await inbox.AcceptAsync(runId, cancel).ConfigureAwait(false);
        }
        catch (CanoException known) when (known.Error.Fault.IsRunNotFound)
        {
            throw;
        }
        catch (CanoException known) when (known.Error.Fault.IsRunEnded)
        {
            return false;
        }
        catch (Exception thrown)
        {
            throw new CanoException(Faults.OfStore("accept cancel", thrown), thrown);
        }
    }
}
