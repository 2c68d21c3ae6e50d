using System.Runtime.CompilerServices;
using Cano.Runtime.Steps.Batches;

namespace Cano;

// Batches from lambdas. An asynchronous `finish` ranks behind a synchronous one, so that `(c, r) => throw …`
// compiles too.
public sealed partial class Workflow<TState>
{
    /// <summary>Gives a state a batch: loads items, processes each, and finishes with what became of
    /// all.</summary>
    /// <param name="state">The state.</param>
    /// <param name="load">The items; asked once a visit, however often the batch is tried.</param>
    /// <param name="process">The work for one item. One that fails fails nothing else.</param>
    /// <param name="finish">Chooses the next state by the results, in the order of the items.</param>
    /// <param name="concurrency">How many items are under way at once; at least 1.</param>
    /// <param name="config">How all of it is tried; <see cref="TaskConfig.Minimal"/> unless given.</param>
    /// <param name="to">The states that may follow, if declared: another answer then fails the run.</param>
    public Workflow<TState> RegisterBatch<TItem, TOutput>(
        TState state,
        Func<TaskContext, IReadOnlyList<TItem>> load,
        Func<TaskContext, TItem, CancellationToken, ValueTask<TOutput>> process,
        Func<TaskContext, IReadOnlyList<ItemResult<TOutput>>, TState> finish,
        int concurrency = 1,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(finish);
        return Batch(state, Loaded(load), process, AtOnce(finish), (concurrency, config, to));
    }

    /// <inheritdoc cref="RegisterBatch{TItem, TOutput}(TState, Func{TaskContext, IReadOnlyList{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TOutput}}, Func{TaskContext, IReadOnlyList{ItemResult{TOutput}}, TState}, int, TaskConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-1)]
    public Workflow<TState> RegisterBatch<TItem, TOutput>(
        TState state,
        Func<TaskContext, IReadOnlyList<TItem>> load,
        Func<TaskContext, TItem, CancellationToken, Task<TOutput>> process,
        Func<TaskContext, IReadOnlyList<ItemResult<TOutput>>, TState> finish,
        int concurrency = 1,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(finish);
        return Batch(state, Loaded(load), OfTask(process), AtOnce(finish), (concurrency, config, to));
    }

    /// <inheritdoc cref="RegisterBatch{TItem, TOutput}(TState, Func{TaskContext, IReadOnlyList{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TOutput}}, Func{TaskContext, IReadOnlyList{ItemResult{TOutput}}, TState}, int, TaskConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-2)]
    public Workflow<TState> RegisterBatch<TItem, TOutput>(
        TState state,
        Func<TaskContext, IReadOnlyList<TItem>> load,
        Func<TaskContext, TItem, CancellationToken, ValueTask<TOutput>> process,
        Func<TaskContext, IReadOnlyList<ItemResult<TOutput>>, CancellationToken, ValueTask<TState>> finish,
        int concurrency = 1,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(load);
        return Batch(state, Loaded(load), process, finish, (concurrency, config, to));
    }

    /// <inheritdoc cref="RegisterBatch{TItem, TOutput}(TState, Func{TaskContext, IReadOnlyList{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TOutput}}, Func{TaskContext, IReadOnlyList{ItemResult{TOutput}}, TState}, int, TaskConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-3)]
    public Workflow<TState> RegisterBatch<TItem, TOutput>(
        TState state,
        Func<TaskContext, IReadOnlyList<TItem>> load,
        Func<TaskContext, TItem, CancellationToken, Task<TOutput>> process,
        Func<TaskContext, IReadOnlyList<ItemResult<TOutput>>, CancellationToken, ValueTask<TState>> finish,
        int concurrency = 1,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(process);
        return Batch(state, Loaded(load), OfTask(process), finish, (concurrency, config, to));
    }

    /// <inheritdoc cref="RegisterBatch{TItem, TOutput}(TState, Func{TaskContext, IReadOnlyList{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TOutput}}, Func{TaskContext, IReadOnlyList{ItemResult{TOutput}}, TState}, int, TaskConfig?, IEnumerable{TState}?)"/>
    public Workflow<TState> RegisterBatch<TItem, TOutput>(
        TState state,
        Items<TItem> load,
        Func<TaskContext, TItem, CancellationToken, ValueTask<TOutput>> process,
        Func<TaskContext, IReadOnlyList<ItemResult<TOutput>>, TState> finish,
        int concurrency = 1,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(finish);
        return Batch(state, load, process, AtOnce(finish), (concurrency, config, to));
    }

    /// <inheritdoc cref="RegisterBatch{TItem, TOutput}(TState, Func{TaskContext, IReadOnlyList{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TOutput}}, Func{TaskContext, IReadOnlyList{ItemResult{TOutput}}, TState}, int, TaskConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-1)]
    public Workflow<TState> RegisterBatch<TItem, TOutput>(
        TState state,
        Items<TItem> load,
        Func<TaskContext, TItem, CancellationToken, Task<TOutput>> process,
        Func<TaskContext, IReadOnlyList<ItemResult<TOutput>>, TState> finish,
        int concurrency = 1,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(finish);
        return Batch(state, load, OfTask(process), AtOnce(finish), (concurrency, config, to));
    }

    /// <inheritdoc cref="RegisterBatch{TItem, TOutput}(TState, Func{TaskContext, IReadOnlyList{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TOutput}}, Func{TaskContext, IReadOnlyList{ItemResult{TOutput}}, TState}, int, TaskConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-2)]
    public Workflow<TState> RegisterBatch<TItem, TOutput>(
        TState state,
        Items<TItem> load,
        Func<TaskContext, TItem, CancellationToken, ValueTask<TOutput>> process,
        Func<TaskContext, IReadOnlyList<ItemResult<TOutput>>, CancellationToken, ValueTask<TState>> finish,
        int concurrency = 1,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        return Batch(state, load, process, finish, (concurrency, config, to));
    }

    /// <inheritdoc cref="RegisterBatch{TItem, TOutput}(TState, Func{TaskContext, IReadOnlyList{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TOutput}}, Func{TaskContext, IReadOnlyList{ItemResult{TOutput}}, TState}, int, TaskConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-3)]
    public Workflow<TState> RegisterBatch<TItem, TOutput>(
        TState state,
        Items<TItem> load,
        Func<TaskContext, TItem, CancellationToken, Task<TOutput>> process,
        Func<TaskContext, IReadOnlyList<ItemResult<TOutput>>, CancellationToken, ValueTask<TState>> finish,
        int concurrency = 1,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(process);
        return Batch(state, load, OfTask(process), finish, (concurrency, config, to));
    }

    private Workflow<TState> Batch<TItem, TOutput>(
        TState state,
        Items<TItem> items,
        Func<TaskContext, TItem, CancellationToken, ValueTask<TOutput>> process,
        Func<TaskContext, IReadOnlyList<ItemResult<TOutput>>, CancellationToken, ValueTask<TState>> finish,
        (int Concurrency, TaskConfig? Config, IEnumerable<TState>? To) how
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(items, "load");
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(finish);
        ArgumentOutOfRangeException.ThrowIfLessThan(how.Concurrency, 1, "concurrency");
        var batch = new LambdaBatch<TState, TItem, TOutput>(
            _setup.States.NameOf(state),
            items,
            process,
            finish
        )
        {
            Concurrency = how.Concurrency,
            Config = how.Config ?? TaskConfig.Minimal,
        };
        return Register(state, new BatchLoop<TState, TItem, TOutput>(batch), how.To);
    }

    private static Items<TItem> Loaded<TItem>(Func<TaskContext, IReadOnlyList<TItem>> load) =>
        new((context, _) => new(load(context)));

    private static Func<TaskContext, TItem, CancellationToken, ValueTask<TResult>> OfTask<TItem, TResult>(
        Func<TaskContext, TItem, CancellationToken, Task<TResult>> body
    ) => (context, item, token) => new ValueTask<TResult>(Given(body(context, item, token), context));

    private static Func<TaskContext, TResults, CancellationToken, ValueTask<TState>> AtOnce<TResults>(
        Func<TaskContext, TResults, TState> next
    ) => (context, results, _) => new ValueTask<TState>(next(context, results));
}
