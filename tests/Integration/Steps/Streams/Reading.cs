using System.Runtime.CompilerServices;

namespace Cano.Integration.Steps.Streams;

/// <summary>A stream of the numbers 1 to `last`; an item's cursor is the item. Everything it does leaves a
/// mark: `open none`, `1`, `flush 1 2`, `close Exhausted`, `disposed`.</summary>
internal sealed class Reading(int last, Trail trail) : IStreamTask<Stage, int, int, int>
{
    public TaskConfig Config { get; init; } = TaskConfig.Minimal;

    public StreamWindow Window { get; init; } = StreamWindow.Count(2);

    public ItemErrorPolicy OnItemError { get; init; } = ItemErrorPolicy.FailFast;

    /// <summary>Whether it is opened to null instead of a source.</summary>
    public bool OpensNothing { get; init; }

    /// <summary>Before an item, and before the end, is handed out.</summary>
    public Func<int, CancellationToken, Task> Before { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>While an item is processed.</summary>
    public Func<TaskContext, int, CancellationToken, Task> Processing { get; init; } =
        (_, _, _) => Task.CompletedTask;

    /// <summary>While a window is flushed; what follows it.</summary>
    public Func<
        TaskContext,
        IReadOnlyList<int>,
        CancellationToken,
        Task<WindowOutcome<Stage>>
    > Flushing { get; init; } = (_, _, _) => Task.FromResult<WindowOutcome<Stage>>(WindowOutcome.Continue);

    /// <summary>While it is closed.</summary>
    public Func<TaskContext, StreamEnd, CancellationToken, Task> Closing { get; init; } =
        (_, _, _) => Task.CompletedTask;

    /// <summary>While its source is let go of.</summary>
    public Func<Task> Disposing { get; init; } = () => Task.CompletedTask;

    public IAsyncEnumerable<int> OpenAsync(
        TaskContext context,
        Cursor<int> cursor,
        CancellationToken cancellationToken
    )
    {
        trail.Add(cursor.HasValue ? $"open {cursor.Value}" : "open none");
        return OpensNothing ? null! : ItemsAsync(cursor.Or(0) + 1, cancellationToken);
    }

    public async ValueTask<(int Output, int Cursor)> ProcessItemAsync(
        TaskContext context,
        int item,
        CancellationToken cancellationToken
    )
    {
        trail.Add(item);
        await Processing(context, item, cancellationToken);
        return (item, item);
    }

    public async ValueTask<WindowOutcome<Stage>> FlushWindowAsync(
        TaskContext context,
        IReadOnlyList<int> outputs,
        CancellationToken cancellationToken
    )
    {
        trail.Add($"flush {string.Join(' ', outputs)}");
        return await Flushing(context, outputs, cancellationToken);
    }

    public async ValueTask<Stage> OnCloseAsync(
        TaskContext context,
        StreamEnd reason,
        CancellationToken cancellationToken
    )
    {
        trail.Add($"close {reason}");
        await Closing(context, reason, cancellationToken);
        return Stage.End;
    }

    private async IAsyncEnumerable<int> ItemsAsync(
        int first,
        [EnumeratorCancellation] CancellationToken token
    )
    {
        try
        {
            for (var item = first; item <= last; item++)
            {
                await Before(item, token);
                yield return item;
            }

            await Before(last + 1, token);
        }
        finally
        {
            trail.Add("disposed");
            await Disposing();
        }
    }
}
