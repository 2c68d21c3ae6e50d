namespace Cano;

// What is asked of stores, and how their errors are told.
internal static partial class Runs
{
    private static async ValueTask<T> AskAsync<T>(string doing, Func<ValueTask<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            throw new CanoException(Faults.OfStore(doing, thrown), thrown);
        }
    }

    private static ValueTask<ICheckpointStore> OpenStoreAsync(RunOptions options) =>
        AskAsync("open checkpoint store", () => new ValueTask<ICheckpointStore>(options.Store!(CancellationToken.None)));
}
