using System.Globalization;
using Cano.Kernel;

namespace Cano.Testing;

/// <summary>How a stream was read in a test.</summary>
/// <param name="Windows">The windows that were flushed, in their order.</param>
/// <param name="IsCancelled">Whether the context's token ended it, so that no state follows.</param>
/// <param name="Next">The next state; of a cancelled stream the default of its type, so ask that
/// first.</param>
public sealed record StreamOutcome<TState, TOutput, TCursor>(
    IReadOnlyList<FlushedWindow<TOutput, TCursor>> Windows,
    bool IsCancelled,
    TState? Next
)
    where TState : notnull
{
    /// <summary>Outcomes compare by what they hold, the windows one by one.</summary>
    public bool Equals(StreamOutcome<TState, TOutput, TCursor>? other) =>
        other is not null
        && IsCancelled == other.IsCancelled
        && EqualityComparer<TState>.Default.Equals(Next, other.Next)
        && Contents.Equal(Windows, other.Windows);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsCancelled, Next, Contents.Hash(Windows));

    /// <summary>The windows, then how it ended: "[a, b] to 2; then Shipped".</summary>
    public override string ToString() =>
        $"{string.Join(" ", Windows)}; {(IsCancelled ? "cancelled" : $"then {Next}")}";
}

/// <summary>A window of a stream that was flushed.</summary>
/// <param name="Outputs">What the flush was given.</param>
/// <param name="Cursor">Where a resume would open the source, as the journal gives it back.</param>
public sealed record FlushedWindow<TOutput, TCursor>(IReadOnlyList<TOutput> Outputs, TCursor Cursor)
{
    /// <summary>Windows compare by what they hold, the outputs one by one.</summary>
    public bool Equals(FlushedWindow<TOutput, TCursor>? other) =>
        other is not null
        && EqualityComparer<TCursor>.Default.Equals(Cursor, other.Cursor)
        && Contents.Equal(Outputs, other.Outputs);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Cursor, Contents.Hash(Outputs));

    /// <summary>The outputs, then the cursor behind them: "[a, b] to 2".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"[{string.Join(", ", Outputs)}] to {Cursor}");
}

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
