using Cano.Runtime.Errors;
using Cano.Runtime.StoredRuns;

namespace Cano.Testing.Stores;

/// <summary>What the cases for stores look at, without a test framework.</summary>
internal static class StoreCheck
{
    /// <exception cref="StoreCaseException">It does not hold.</exception>
    public static void Holds(bool condition, string promise)
    {
        if (!condition)
            throw new StoreCaseException(promise);
    }

    /// <exception cref="StoreCaseException">They differ.</exception>
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new StoreCaseException($"{what}: expected {expected}, got {actual}");
    }

    /// <exception cref="StoreCaseException">They differ.</exception>
    public static void Same<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
    {
        T[] wanted = [.. expected],
            got = [.. actual];
        if (!wanted.SequenceEqual(got))
            throw new StoreCaseException(
                $"{what}: expected [{string.Join(", ", wanted)}], got [{string.Join(", ", got)}]"
            );
    }

    /// <summary>The text of a refusal with category `checkpoint_store`.</summary>
    /// <exception cref="StoreCaseException">It was not refused, or otherwise.</exception>
    public static async Task<string> RefusalAsync(Func<ValueTask> call, string what)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (CanoException refused) when (refused.Error.Category == "checkpoint_store")
        {
            return refused.Error.Message;
        }
        catch (Exception thrown)
        {
            throw new StoreCaseException(
                $"{what}: expected a CanoException of category checkpoint_store, got {UserText.Of(thrown)}"
            );
        }

        throw new StoreCaseException($"{what}: it was not refused");
    }

    /// <summary>An append is refused as a conflict; the text of the refusal.</summary>
    public static async Task<string> ConflictAsync(
        ICheckpointStore store,
        string id,
        CheckpointRow row,
        long fence,
        string what
    )
    {
        var text = await RefusalAsync(() => store.AppendAsync(id, row, fence), what).ConfigureAwait(false);
        Holds(
            text.Contains("conflict", StringComparison.Ordinal),
            $"{what}: the refusal says \"conflict\"; it says \"{text}\""
        );
        return text;
    }

    /// <summary>A run's rows are these.</summary>
    public static async Task RowsAsync(
        ICheckpointStore store,
        string id,
        IEnumerable<CheckpointRow> expected,
        string what
    ) => Same(expected, await store.LoadRunAsync(id).ConfigureAwait(false), what);

    /// <summary>A run's status; null when it is not there.</summary>
    public static async Task<RunStatus?> StatusAsync(ICheckpointStore store, string id) =>
        (await FindAsync(store, id).ConfigureAwait(false))?.Status;

    /// <summary>What is known of one run; null when it is not there.</summary>
    public static ValueTask<RunSummary?> FindAsync(ICheckpointStore store, string id) =>
        StoreListing.FindAsync(store, id);

    /// <summary>How many runs a listing would hold.</summary>
    public static ValueTask<long> CountAsync(ICheckpointStore store, RunFilter filter) =>
        StoreListing.CountAsync(store, filter);

    /// <summary>A listing on its way.</summary>
    public static IAsyncEnumerable<RunSummary> Listing(ICheckpointStore store, RunFilter filter) =>
        StoreListing.ListAsync(store, filter);

    /// <summary>The runs of a listing.</summary>
    public static async Task<IReadOnlyList<RunSummary>> InOrderAsync(ICheckpointStore store, RunFilter filter)
    {
        var runs = new List<RunSummary>();
        await foreach (var run in Listing(store, filter).ConfigureAwait(false))
            runs.Add(run);
        return runs;
    }

    /// <summary>The runs of a listing, by id.</summary>
    public static async Task<IReadOnlyList<RunSummary>> ListAsync(ICheckpointStore store, RunFilter filter) =>
        [
            .. (await InOrderAsync(store, filter).ConfigureAwait(false)).OrderBy(
                run => run.RunId,
                StringComparer.Ordinal
            ),
        ];
}
