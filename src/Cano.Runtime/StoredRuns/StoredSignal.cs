using Cano.Runtime.Errors;

namespace Cano.Runtime.StoredRuns;

/// <summary>Signals on their way into runs' inboxes.</summary>
internal static class StoredSignal
{
    /// <summary>Makes a signal durable.</summary>
    /// <returns>False when the run has seen its id.</returns>
    /// <exception cref="CanoException">`run_not_found`; `run_ended`; `checkpoint_store`: the run is damaged,
    /// or the store failed.</exception>
    public static async Task<bool> AcceptAsync(IInboxStore inbox, string runId, InboxItem signal)
    {
        try
        {
            return await inbox.AcceptAsync(runId, signal).ConfigureAwait(false);
        }
        catch (CanoException known)
            when (known.Error.Fault is { IsRunNotFound: true } or { IsRunEnded: true })
        {
            throw;
        }
        catch (Exception thrown)
        {
            throw new CanoException(Faults.OfStore("accept signal", thrown), thrown);
        }
    }
}
