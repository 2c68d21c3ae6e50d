using Cano.Runtime.Checkpoints;

namespace Cano;

// Runs that come from another store, and go to one.
public sealed partial class MemoryCheckpointStore : ITellsIds, ITakesRuns
{
    ValueTask<byte[]> ITellsIds.ReadIdsAsync(string runId)
    {
        lock (gate)
            return new(Known(runId).Inbox?.Ids ?? []);
    }

    ValueTask<bool> ITakesRuns.PutAsync(
        string runId,
        MovedRun moved,
        Action<IReadOnlyList<CheckpointRow>> prove
    )
    {
        lock (gate)
        {
            if (runs.ContainsKey(runId))
                return new(false);
            prove(moved.Rows);
            var run = new Rows(runId, nodes);
            var fence = fences.Next();
            foreach (var row in moved.Rows)
                Take(runId, run, row, fence);
            run.Restore(moved);
            run.Release();
            if (moved.Waits && !run.HasEnded)
                SetDue(run, 0);
            return new(true);
        }
    }
}
