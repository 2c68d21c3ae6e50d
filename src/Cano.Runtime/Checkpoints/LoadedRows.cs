namespace Cano;

/// <summary>Reads the rows of a run from a store that somebody else wrote.</summary>
internal static class LoadedRows
{
    /// <summary>The run's rows as the store gives them; empty for an unknown run.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store answered null.</exception>
    public static async ValueTask<IReadOnlyList<CheckpointRow>> OfAsync(ICheckpointStore store, string id) =>
        await store.LoadRunAsync(id).ConfigureAwait(false) ?? throw Nothing(id);

    private static CanoException Nothing(string id) =>
        new(CanoError.Of(Fault.NewCheckpointStore($"run_id={id}: LoadRunAsync returned null: return an empty list for an unknown run")));
}
