using Cano.Postgres.Commits;
using Cano.Runtime.Checkpoints;

namespace Cano;

// Runs that come from another store, and go to one.
public sealed partial class PostgresCheckpointStore : ITellsIds, ITakesRuns
{
    ValueTask<byte[]> ITellsIds.ReadIdsAsync(string runId) => moves.ReadIdsAsync(runId);

    ValueTask<bool> ITakesRuns.PutAsync(
        string runId,
        MovedRun run,
        Action<IReadOnlyList<CheckpointRow>> prove
    )
    {
        foreach (var item in run.Inbox)
            TextRule.Check("a signal", item.Name);
        return moves.PutAsync(runId, run, (row, place, fence) => Given(runId, row, place, fence), prove);
    }
}
