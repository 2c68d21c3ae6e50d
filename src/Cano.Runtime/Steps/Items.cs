using System.Runtime.CompilerServices;
using Cano.Runtime.Errors;

namespace Cano;

/// <summary>Makes sources of items that are waited for.</summary>
public static class Items
{
    /// <summary>Items that are loaded.</summary>
    public static Items<T> From<T>(Func<TaskContext, CancellationToken, ValueTask<IReadOnlyList<T>>> load)
    {
        ArgumentNullException.ThrowIfNull(load);
        return new Items<T>(load);
    }

    /// <summary>Items that come one by one; the work begins with the last of them.</summary>
    public static Items<T> From<T>(Func<TaskContext, CancellationToken, IAsyncEnumerable<T>> load)
    {
        ArgumentNullException.ThrowIfNull(load);
        return new Items<T>(
            async (context, token) =>
            {
                var source = load(context, token) ?? throw Missing(context);
                var items = new List<T>();
                await foreach (var item in source.WithCancellation(token).ConfigureAwait(false))
                    items.Add(item);
                return items;
            }
        );
    }

    /// <inheritdoc cref="From{T}(Func{TaskContext, CancellationToken, ValueTask{IReadOnlyList{T}}})"/>
    [OverloadResolutionPriority(-1)]
    public static Items<T> From<T>(Func<TaskContext, CancellationToken, Task<IReadOnlyList<T>>> load) =>
        OfTask<T, IReadOnlyList<T>>(load);

    /// <inheritdoc cref="From{T}(Func{TaskContext, CancellationToken, ValueTask{IReadOnlyList{T}}})"/>
    [OverloadResolutionPriority(-1)]
    public static Items<T> From<T>(Func<TaskContext, CancellationToken, Task<List<T>>> load) =>
        OfTask<T, List<T>>(load);

    /// <inheritdoc cref="From{T}(Func{TaskContext, CancellationToken, ValueTask{IReadOnlyList{T}}})"/>
    [OverloadResolutionPriority(-1)]
    public static Items<T> From<T>(Func<TaskContext, CancellationToken, Task<T[]>> load) =>
        OfTask<T, T[]>(load);

    internal static CanoException Missing(TaskContext context) =>
        InvalidAnswer.OfNull(
            $"What lists the items of '{context.State}'",
            "an empty list when there are none"
        );

    private static Items<T> OfTask<T, TList>(Func<TaskContext, CancellationToken, Task<TList>> load)
        where TList : class, IReadOnlyList<T>
    {
        ArgumentNullException.ThrowIfNull(load);
        return new Items<T>(
            async (context, token) =>
                await (load(context, token) ?? throw InvalidAnswer.OfNullTask(context.State)).ConfigureAwait(
                    false
                )
        );
    }
}

/// <summary>The items of a batch or a split, where listing them takes an `await`.</summary>
public sealed class Items<TItem>
{
    private readonly Func<TaskContext, CancellationToken, ValueTask<IReadOnlyList<TItem>>> _load;

    internal Items(Func<TaskContext, CancellationToken, ValueTask<IReadOnlyList<TItem>>> load) =>
        _load = load;

    /// <summary>Those of one visit.</summary>
    /// <exception cref="CanoException">`workflow`: there is no list.</exception>
    internal async ValueTask<IReadOnlyList<TItem>> ListAsync(TaskContext context, CancellationToken cancel) =>
        await _load(context, cancel).ConfigureAwait(false) ?? throw Items.Missing(context);
}
