using System.Globalization;

namespace Cano;

/// <summary>Loads items, processes them with bounded concurrency, and finishes with all results.</summary>
/// <remarks>A failed item stays in its slot and fails nothing else. A failure of load or finish is an
/// attempt's, and repeats everything.</remarks>
public interface IBatchTask<TState, TItem, TOutput>
{
    /// <summary>The name in logs, errors and diagrams.</summary>
    string Name => GetType().Name;

    /// <summary>Read once, when the task is registered; <see cref="TaskConfig.Minimal"/> unless
    /// given.</summary>
    TaskConfig Config => TaskConfig.Minimal;

    /// <summary>How many items are under way at once; less than 1 counts as 1. 1 unless given.</summary>
    int Concurrency => 1;

    /// <summary>How a failed item is repeated; not at all unless given.</summary>
    RetryMode ItemRetry => RetryMode.None;

    /// <summary>The items.</summary>
    ValueTask<IReadOnlyList<TItem>> LoadAsync(TaskContext context, CancellationToken cancellationToken);

    /// <summary>One attempt at one item.</summary>
    ValueTask<TOutput> ProcessItemAsync(TaskContext context, TItem item, CancellationToken cancellationToken);

    /// <summary>Chooses the next state; `results` has one slot for each item, in the order of the
    /// items.</summary>
    ValueTask<TState> FinishAsync(
        TaskContext context,
        IReadOnlyList<ItemResult<TOutput>> results,
        CancellationToken cancellationToken
    );
}

/// <summary>What became of an item of a batch.</summary>
/// <param name="Index">The item's place, from 0.</param>
/// <param name="Value">The output; the type's default when it failed.</param>
/// <param name="Error">The last attempt's error; null when it succeeded.</param>
public readonly record struct ItemResult<TOutput>(int Index, TOutput? Value, CanoError? Error)
{
    /// <summary>Whether there is a value.</summary>
    public bool IsSuccess => Error is null;

    /// <summary>The item with its output or its error: "item 3: 17".</summary>
    public override string ToString() =>
        Error is null
            ? string.Create(CultureInfo.InvariantCulture, $"item {Index}: {Value}")
            : string.Create(CultureInfo.InvariantCulture, $"item {Index} failed: {Error}");
}
