namespace Cano.Testing;

/// <summary>How a stream was read in a test.</summary>
/// <param name="Windows">The windows that were flushed, in their order.</param>
/// <param name="IsCancelled">Whether the context's token ended it, so that no state follows.</param>
/// <param name="Next">The next state; of a cancelled stream the default of its type, so ask that first.</param>
public sealed record StreamOutcome<TState, TOutput, TCursor>(
    IReadOnlyList<FlushedWindow<TOutput, TCursor>> Windows,
    bool IsCancelled,
    TState? Next
)
    where TState : notnull;

/// <summary>A window of a stream that was flushed.</summary>
/// <param name="Outputs">What the flush was given.</param>
/// <param name="Cursor">Where a resume would open the source, as the journal gives it back.</param>
public sealed record FlushedWindow<TOutput, TCursor>(IReadOnlyList<TOutput> Outputs, TCursor Cursor);

/// <summary>A stream that keeps what its newest flush was given.</summary>
internal sealed class RecordedStream<TState, TItem, TOutput, TCursor>(
    IStreamTask<TState, TItem, TOutput, TCursor> stream
) : IStreamTask<TState, TItem, TOutput, TCursor>
    where TState : notnull
{
    public string Name => stream.Name;

    public TaskConfig Config => stream.Config;

    public StreamWindow Window => stream.Window;

    public ItemErrorPolicy OnItemError => stream.OnItemError;

    public IReadOnlyList<TOutput> Flushed { get; private set; } = [];

    public IAsyncEnumerable<TItem> OpenAsync(
        TaskContext context,
        Cursor<TCursor> cursor,
        CancellationToken cancellationToken
    ) => stream.OpenAsync(context, cursor, cancellationToken);

    public ValueTask<(TOutput Output, TCursor Cursor)> ProcessItemAsync(
        TaskContext context,
        TItem item,
        CancellationToken cancellationToken
    ) => stream.ProcessItemAsync(context, item, cancellationToken);

    public ValueTask<WindowOutcome<TState>> FlushWindowAsync(
        TaskContext context,
        IReadOnlyList<TOutput> outputs,
        CancellationToken cancellationToken
    )
    {
        Flushed = outputs;
        return stream.FlushWindowAsync(context, outputs, cancellationToken);
    }

    public ValueTask<TState> OnCloseAsync(
        TaskContext context,
        StreamEnd reason,
        CancellationToken cancellationToken
    ) => stream.OnCloseAsync(context, reason, cancellationToken);
}
