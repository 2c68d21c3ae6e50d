namespace Cano.Testing;

// Tasks that are called several times in one attempt.
internal sealed partial class SimulatedTasks<TState>
{
    public INode<TState, TPrep, TExec> Node<TPrep, TExec>(INode<TState, TPrep, TExec> node) =>
        new PartedNode<TPrep, TExec>(node, calls);

    public IPollTask<TState> Poll(IPollTask<TState> poll) => new Asking(poll, calls);

    public IBatchTask<TState, TItem, TOutput> Batch<TItem, TOutput>(IBatchTask<TState, TItem, TOutput> batch) =>
        new Batching<TItem, TOutput>(batch, calls);

    private sealed class PartedNode<TPrep, TExec>(INode<TState, TPrep, TExec> node, SimulatedBody calls) : INode<TState, TPrep, TExec>
    {
        public string Name => node.Name;

        public TaskConfig Config => node.Config;

        public ValueTask<TPrep> PrepAsync(TaskContext context, CancellationToken cancellationToken) =>
            calls.CallAsync(context, () => node.PrepAsync(context, cancellationToken), cancellationToken);

        public ValueTask<TExec> ExecAsync(TPrep prep, CancellationToken cancellationToken) =>
            calls.PartAsync(() => node.ExecAsync(prep, cancellationToken));

        public ValueTask<TState> PostAsync(TaskContext context, TExec exec, CancellationToken cancellationToken) =>
            calls.CallAsync(context, () => node.PostAsync(context, exec, cancellationToken), cancellationToken);
    }

    private sealed class Asking(IPollTask<TState> poll, SimulatedBody calls) : IPollTask<TState>
    {
        public string Name => poll.Name;

        public TaskConfig Config => poll.Config;

        public PollErrorPolicy OnError => poll.OnError;

        public ValueTask<PollOutcome<TState>> PollAsync(TaskContext context, CancellationToken cancellationToken) =>
            calls.CallAsync(context, () => poll.PollAsync(context, cancellationToken), cancellationToken);
    }

    private sealed class Batching<TItem, TOutput>(IBatchTask<TState, TItem, TOutput> batch, SimulatedBody calls)
        : IBatchTask<TState, TItem, TOutput>
    {
        public string Name => batch.Name;

        public TaskConfig Config => batch.Config;

        public int Concurrency => batch.Concurrency;

        public RetryMode ItemRetry => batch.ItemRetry;

        public ValueTask<IReadOnlyList<TItem>> LoadAsync(TaskContext context, CancellationToken cancellationToken) =>
            calls.CallAsync(context, () => batch.LoadAsync(context, cancellationToken), cancellationToken);

        public ValueTask<TOutput> ProcessItemAsync(TaskContext context, TItem item, CancellationToken cancellationToken) =>
            calls.CallAsync(context, () => batch.ProcessItemAsync(context, item, cancellationToken), cancellationToken);

        public ValueTask<TState> FinishAsync(
            TaskContext context,
            IReadOnlyList<ItemResult<TOutput>> results,
            CancellationToken cancellationToken
        ) => calls.CallAsync(context, () => batch.FinishAsync(context, results, cancellationToken), cancellationToken);
    }
}
