using Cano.Kernel;

namespace Cano.Testing;

/// <summary>What a batch answered in a test.</summary>
/// <param name="Next">The next state.</param>
/// <param name="Results">What became of the items, in their order.</param>
public sealed record BatchOutcome<TState, TOutput>(TState Next, IReadOnlyList<ItemResult<TOutput>> Results)
    where TState : notnull
{
    /// <summary>Outcomes compare by what they hold, the results one by one.</summary>
    public bool Equals(BatchOutcome<TState, TOutput>? other) =>
        other is not null && Next.Equals(other.Next) && Contents.Equal(Results, other.Results);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Next, Contents.Hash(Results));

    /// <summary>The next state, then the results: "Shipped: item 0: 17, item 1 failed: no".</summary>
    public override string ToString() => $"{Next}: {string.Join(", ", Results)}";
}

/// <summary>A batch that keeps the results with which it is finished.</summary>
internal sealed class RecordedBatch<TState, TItem, TOutput>(IBatchTask<TState, TItem, TOutput> batch)
    : IBatchTask<TState, TItem, TOutput>
    where TState : notnull
{
    public string Name => batch.Name;

    public TaskConfig Config => batch.Config;

    public int Concurrency => batch.Concurrency;

    public RetryMode ItemRetry => batch.ItemRetry;

    public IReadOnlyList<ItemResult<TOutput>> Results { get; private set; } = [];

    public ValueTask<IReadOnlyList<TItem>> LoadAsync(
        TaskContext context,
        CancellationToken cancellationToken
    ) => batch.LoadAsync(context, cancellationToken);

    public ValueTask<TOutput> ProcessItemAsync(
        TaskContext context,
        TItem item,
        CancellationToken cancellationToken
    ) => batch.ProcessItemAsync(context, item, cancellationToken);

    public ValueTask<TState> FinishAsync(
        TaskContext context,
        IReadOnlyList<ItemResult<TOutput>> results,
        CancellationToken cancellationToken
    )
    {
        Results = results;
        return batch.FinishAsync(context, results, cancellationToken);
    }
}
