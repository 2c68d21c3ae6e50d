using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Cano;

/// <summary>Which runs of a store are under way in this process.</summary>
internal static class LiveRuns
{
    private static readonly ConditionalWeakTable<ICheckpointStore, ConcurrentDictionary<string, LiveRuns.Mark>> s_live = [];

    /// <summary>Marks a run as live; null when it is already.</summary>
    public static Mark? TryEnter(ICheckpointStore store, string workflowId)
    {
        var live = s_live.GetValue(store, static _ => new());
        var mark = new Mark(live, workflowId);
        return live.TryAdd(workflowId, mark) ? mark : null;
    }

    /// <summary>Whether a run is under way in this process.</summary>
    public static bool Contains(ICheckpointStore store, string workflowId) =>
        s_live.TryGetValue(store, out var live) && live.ContainsKey(workflowId);

    public sealed class Mark(ConcurrentDictionary<string, Mark> live, string workflowId) : IDisposable
    {
        public void Dispose() => live.TryRemove(workflowId, out _);
    }
}
