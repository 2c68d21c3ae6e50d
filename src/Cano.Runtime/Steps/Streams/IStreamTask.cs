namespace Cano;

/// <summary>Reads a source item by item and flushes outputs in windows. The cursor of each flushed window is
/// journaled, and a resume opens the source at the last one.</summary>
/// <remarks>The source is opened once: nothing repeats the whole. An attempt timeout bounds the processing of
/// one item. When the run is told to stop, the window under way is flushed and committed first.</remarks>
public interface IStreamTask<TState, TItem, TOutput, TCursor>
{
    /// <summary>The name in logs, errors and diagrams.</summary>
    string Name => GetType().Name;

    /// <summary>Read once, when the task is registered; <see cref="TaskConfig.Minimal"/> unless
    /// given.</summary>
    TaskConfig Config => TaskConfig.Minimal;

    /// <summary>When a window is full; with each output unless given.</summary>
    StreamWindow Window => StreamWindow.Count(1);

    /// <summary>What a failed item does to the stream; the first ends it unless given.</summary>
    ItemErrorPolicy OnItemError => ItemErrorPolicy.FailFast;

    /// <summary>The items after a cursor; from the beginning when there is none.</summary>
    IAsyncEnumerable<TItem> OpenAsync(
        TaskContext context,
        Cursor<TCursor> cursor,
        CancellationToken cancellationToken
    );

    /// <summary>An item's output, and the cursor behind the item.</summary>
    ValueTask<(TOutput Output, TCursor Cursor)> ProcessItemAsync(
        TaskContext context,
        TItem item,
        CancellationToken cancellationToken
    );

    /// <summary>Takes a window's outputs; its cursor is journaled after this returns.</summary>
    ValueTask<WindowOutcome<TState>> FlushWindowAsync(
        TaskContext context,
        IReadOnlyList<TOutput> outputs,
        CancellationToken cancellationToken
    );

    /// <summary>The stream has ended; when it was exhausted, the state returned follows. A stream that was
    /// told to stop releases here what it holds: its run ends as told whatever is returned, and a resume
    /// reads on. Not called after a flush that stopped the stream, nor after a failure.</summary>
    ValueTask<TState> OnCloseAsync(
        TaskContext context,
        StreamEnd reason,
        CancellationToken cancellationToken
    );
}

/// <summary>Why a stream ended.</summary>
public enum StreamEnd
{
    /// <summary>The source has no more items.</summary>
    Exhausted,

    /// <summary>The run was told to stop.</summary>
    Cancelled,
}
