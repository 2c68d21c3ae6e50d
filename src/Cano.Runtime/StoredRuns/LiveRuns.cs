using System.Runtime.CompilerServices;

namespace Cano.Runtime.StoredRuns;

/// <summary>The runs of a store that are under way in this process.</summary>
internal sealed class LiveRuns
{
    private static readonly ConditionalWeakTable<ICheckpointStore, LiveRuns> s_all = [];

    private readonly Lock _gate = new();
    private readonly HashSet<string> _ids = [];

    /// <summary>Marks a run as live; null when it is already.</summary>
    public static Mark? TryEnter(ICheckpointStore store, string runId)
    {
        var live = s_all.GetValue(store, static _ => new());
        lock (live._gate)
            return live._ids.Add(runId) ? new Mark(live, runId) : null;
    }

    /// <summary>Whether a run is under way in this process.</summary>
    public static bool Contains(ICheckpointStore store, string runId)
    {
        if (!s_all.TryGetValue(store, out var live))
            return false;
        lock (live._gate)
            return live._ids.Contains(runId);
    }

    public sealed class Mark(LiveRuns live, string runId) : IDisposable
    {
        public void Dispose()
        {
            lock (live._gate)
                live._ids.Remove(runId);
        }
    }
}
