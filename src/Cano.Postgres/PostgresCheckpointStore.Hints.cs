using Cano.Postgres.Connections;
using Cano.Runtime.Checkpoints;

namespace Cano;

// What processes tell each other, where somebody carries it.
public sealed partial class PostgresCheckpointStore
{
    /// <summary>The database, for what else is kept in the store's schema.</summary>
    internal Database Database => database;

    Task<IDisposable> IHintedStore.CarryByAsync(IHintCarrier carrier) => hints.CarryByAsync(carrier);

    void IHintedStore.Hear(RunHint hint) => hints.Hear(hint);

    void IHintedStore.AwaitEnd(string runId) => hints.AwaitEnd(runId);

    IDisposable IHintedStore.WatchEnds(Action<string> ring) => hints.WatchEnds(ring);
}
