using Cano.Runtime.Telemetry;

namespace Cano.CSharp.Engine;

// What is measured of an engine's runs.
internal sealed partial class EngineRuns : IObserved
{
    /// <summary>How many runs the engine has in hand, by what it does with them: those that sleep in their
    /// bodies work, and one that waits for a place is queued.</summary>
    IEnumerable<(string? What, long Count)> IObserved.Observe()
    {
        lock (_gate)
        {
            var queued = _live.Values.Count(run => run.IsQueued || run.IsWaitingForPlace);
            return
            [
                ("running", _live.Count - queued),
                ("queued", queued),
                ("waiting", _parked.Count),
                ("held", _held.Count),
            ];
        }
    }
}
