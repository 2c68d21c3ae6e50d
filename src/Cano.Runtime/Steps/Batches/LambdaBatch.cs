namespace Cano.Runtime.Steps.Batches;

/// <summary>A batch from lambdas. Its items are listed once a visit, whatever is tried again.</summary>
internal sealed class LambdaBatch<TState, TItem, TOutput>(
    string name,
    Items<TItem> items,
    Func<TaskContext, TItem, CancellationToken, ValueTask<TOutput>> process,
    Func<TaskContext, IReadOnlyList<ItemResult<TOutput>>, CancellationToken, ValueTask<TState>> finish
) : IBatchTask<TState, TItem, TOutput>
{
    public string Name => name;

    public TaskConfig Config { get; init; } = TaskConfig.Minimal;

    public int Concurrency { get; init; } = 1;

    public async ValueTask<IReadOnlyList<TItem>> LoadAsync(
        TaskContext context,
        CancellationToken cancellationToken
    )
    {
        if (context.Scope.Values?.ItemsOf<TItem>(context.Visit) is { } listed)
            return listed;
        var list = await items.ListAsync(context, cancellationToken).ConfigureAwait(false);
        context.Scope.KeepItems(context.Visit, list);
        return list;
    }

    public ValueTask<TOutput> ProcessItemAsync(
        TaskContext context,
        TItem item,
        CancellationToken cancellationToken
    ) => process(context, item, cancellationToken);

    public ValueTask<TState> FinishAsync(
        TaskContext context,
        IReadOnlyList<ItemResult<TOutput>> results,
        CancellationToken cancellationToken
    ) => finish(context, results, cancellationToken);
}
