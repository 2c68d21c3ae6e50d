namespace Cano.Runtime.StoredRuns;

/// <summary>A run that waits cannot look at what it waits for. That is no failure of its own: it ends where
/// it is, to be gone on with.</summary>
internal sealed class StoppedWaitException(CanoException why) : Exception(null, why)
{
    /// <summary>What whoever works on the run is told.</summary>
    public CanoException Why => why;
}
