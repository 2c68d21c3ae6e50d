using Cano.Runtime.Steps.Streams;

namespace Cano.Hosting.Scopes;

/// <summary>A stream of which each visit has its own, from before its source is opened until the source is
/// let go of.</summary>
internal sealed class ScopedStream<TState, TItem, TOutput, TCursor>(
    TaskScopes<IStreamTask<TState, TItem, TOutput, TCursor>> scopes
) : IVisitedStream<TState, TItem, TOutput, TCursor>
{
    private const string NoVisit = "A visit has a task of its own.";

    private readonly (string Name, TaskConfig Config) _told = scopes.Ask(task => (task.Name, task.Config));

    public string Name => _told.Name;

    public TaskConfig Config => _told.Config;

    public (IStreamTask<TState, TItem, TOutput, TCursor> Task, IAsyncDisposable Held) Begin()
    {
        var begun = scopes.Begin();
        return (begun.Task, begun);
    }

    public IAsyncEnumerable<TItem> OpenAsync(
        TaskContext context,
        Cursor<TCursor> cursor,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException(NoVisit);

    public ValueTask<(TOutput Output, TCursor Cursor)> ProcessItemAsync(
        TaskContext context,
        TItem item,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException(NoVisit);

    public ValueTask<WindowOutcome<TState>> FlushWindowAsync(
        TaskContext context,
        IReadOnlyList<TOutput> outputs,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException(NoVisit);

    public ValueTask<TState> OnCloseAsync(
        TaskContext context,
        StreamEnd reason,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException(NoVisit);
}
