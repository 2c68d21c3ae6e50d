using Cano.Runtime.Errors;
using Cano.Runtime.Scope;

namespace Cano.Runtime.StoredRuns;

/// <summary>What is asked of a store. Whatever it throws becomes `checkpoint_store`, with what was
/// asked.</summary>
internal static class StoreCall
{
    public static async ValueTask<T> AskAsync<T>(string doing, Func<ValueTask<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        // The store has answered: this one is to be left alone.
        catch (LeftAloneException)
        {
            throw;
        }
        catch (Exception thrown)
        {
            throw new CanoException(Faults.OfStore(doing, thrown), thrown);
        }
    }

    /// <summary>The store of journaled runs.</summary>
    public static ValueTask<ICheckpointStore> OpenAsync(RunOptions options) =>
        AskAsync(
            "open checkpoint store",
            () =>
                options.Driven is { } driven
                    ? driven.OpenAsync(() => options.Store!(options.Logger))
                    : new ValueTask<ICheckpointStore>(options.Store!(options.Logger))
        );
}
