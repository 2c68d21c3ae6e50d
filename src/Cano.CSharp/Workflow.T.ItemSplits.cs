using System.Runtime.CompilerServices;
using Cano.Runtime.Steps.Splits;

namespace Cano;

// Splits with a branch for each item, which give results. An asynchronous `next` ranks behind a synchronous
// one, so that `(c, r) => throw …` compiles too.
public sealed partial class Workflow<TState>
{
    /// <summary>Gives a state a branch for each item, which run in parallel and each give a result.</summary>
    /// <param name="state">The state.</param>
    /// <param name="items">The items; asked once a visit. None at all joins at once.</param>
    /// <param name="body">The work of one branch.</param>
    /// <param name="join">When the split goes on; a join that is not met fails the run.</param>
    /// <param name="next">Chooses the next state by the results, in the order of the items. The state that
    /// follows has them too, as `context.BranchResults`, also after a crash: a journaled run gets from there
    /// on what JSON gives back, without a journal it gets the objects themselves. It is tried once; when it
    /// fails, so does the run.</param>
    /// <param name="config">How the branches run; each as <see cref="TaskConfig.Default"/> unless
    /// given.</param>
    /// <param name="to">The states that may follow, if declared: another answer then fails the run.</param>
    public Workflow<TState> RegisterSplit<TItem, TResult>(
        TState state,
        Func<TaskContext, IEnumerable<TItem>> items,
        Func<TaskContext, TItem, CancellationToken, ValueTask<TResult>> body,
        JoinStrategy join,
        Func<TaskContext, BranchResults<TItem, TResult>, TState> next,
        SplitConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(next);
        return Split(state, Listed(items), body, AtOnce(next), (join, config, to));
    }

    /// <inheritdoc cref="RegisterSplit{TItem, TResult}(TState, Func{TaskContext, IEnumerable{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TResult}}, JoinStrategy, Func{TaskContext, BranchResults{TItem, TResult}, TState}, SplitConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-1)]
    public Workflow<TState> RegisterSplit<TItem, TResult>(
        TState state,
        Func<TaskContext, IEnumerable<TItem>> items,
        Func<TaskContext, TItem, CancellationToken, Task<TResult>> body,
        JoinStrategy join,
        Func<TaskContext, BranchResults<TItem, TResult>, TState> next,
        SplitConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(next);
        return Split(state, Listed(items), OfTask(body), AtOnce(next), (join, config, to));
    }

    /// <inheritdoc cref="RegisterSplit{TItem, TResult}(TState, Func{TaskContext, IEnumerable{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TResult}}, JoinStrategy, Func{TaskContext, BranchResults{TItem, TResult}, TState}, SplitConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-2)]
    public Workflow<TState> RegisterSplit<TItem, TResult>(
        TState state,
        Func<TaskContext, IEnumerable<TItem>> items,
        Func<TaskContext, TItem, CancellationToken, ValueTask<TResult>> body,
        JoinStrategy join,
        Func<TaskContext, BranchResults<TItem, TResult>, CancellationToken, ValueTask<TState>> next,
        SplitConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(items);
        return Split(state, Listed(items), body, next, (join, config, to));
    }

    /// <inheritdoc cref="RegisterSplit{TItem, TResult}(TState, Func{TaskContext, IEnumerable{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TResult}}, JoinStrategy, Func{TaskContext, BranchResults{TItem, TResult}, TState}, SplitConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-3)]
    public Workflow<TState> RegisterSplit<TItem, TResult>(
        TState state,
        Func<TaskContext, IEnumerable<TItem>> items,
        Func<TaskContext, TItem, CancellationToken, Task<TResult>> body,
        JoinStrategy join,
        Func<TaskContext, BranchResults<TItem, TResult>, CancellationToken, ValueTask<TState>> next,
        SplitConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(body);
        return Split(state, Listed(items), OfTask(body), next, (join, config, to));
    }

    /// <inheritdoc cref="RegisterSplit{TItem, TResult}(TState, Func{TaskContext, IEnumerable{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TResult}}, JoinStrategy, Func{TaskContext, BranchResults{TItem, TResult}, TState}, SplitConfig?, IEnumerable{TState}?)"/>
    public Workflow<TState> RegisterSplit<TItem, TResult>(
        TState state,
        Items<TItem> items,
        Func<TaskContext, TItem, CancellationToken, ValueTask<TResult>> body,
        JoinStrategy join,
        Func<TaskContext, BranchResults<TItem, TResult>, TState> next,
        SplitConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(next);
        return Split(state, items, body, AtOnce(next), (join, config, to));
    }

    /// <inheritdoc cref="RegisterSplit{TItem, TResult}(TState, Func{TaskContext, IEnumerable{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TResult}}, JoinStrategy, Func{TaskContext, BranchResults{TItem, TResult}, TState}, SplitConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-1)]
    public Workflow<TState> RegisterSplit<TItem, TResult>(
        TState state,
        Items<TItem> items,
        Func<TaskContext, TItem, CancellationToken, Task<TResult>> body,
        JoinStrategy join,
        Func<TaskContext, BranchResults<TItem, TResult>, TState> next,
        SplitConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(next);
        return Split(state, items, OfTask(body), AtOnce(next), (join, config, to));
    }

    /// <inheritdoc cref="RegisterSplit{TItem, TResult}(TState, Func{TaskContext, IEnumerable{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TResult}}, JoinStrategy, Func{TaskContext, BranchResults{TItem, TResult}, TState}, SplitConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-2)]
    public Workflow<TState> RegisterSplit<TItem, TResult>(
        TState state,
        Items<TItem> items,
        Func<TaskContext, TItem, CancellationToken, ValueTask<TResult>> body,
        JoinStrategy join,
        Func<TaskContext, BranchResults<TItem, TResult>, CancellationToken, ValueTask<TState>> next,
        SplitConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        return Split(state, items, body, next, (join, config, to));
    }

    /// <inheritdoc cref="RegisterSplit{TItem, TResult}(TState, Func{TaskContext, IEnumerable{TItem}}, Func{TaskContext, TItem, CancellationToken, ValueTask{TResult}}, JoinStrategy, Func{TaskContext, BranchResults{TItem, TResult}, TState}, SplitConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-3)]
    public Workflow<TState> RegisterSplit<TItem, TResult>(
        TState state,
        Items<TItem> items,
        Func<TaskContext, TItem, CancellationToken, Task<TResult>> body,
        JoinStrategy join,
        Func<TaskContext, BranchResults<TItem, TResult>, CancellationToken, ValueTask<TState>> next,
        SplitConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return Split(state, items, OfTask(body), next, (join, config, to));
    }

    private Workflow<TState> Split<TItem, TResult>(
        TState state,
        Items<TItem> items,
        Func<TaskContext, TItem, CancellationToken, ValueTask<TResult>> body,
        Func<TaskContext, BranchResults<TItem, TResult>, CancellationToken, ValueTask<TState>> next,
        (JoinStrategy Join, SplitConfig? Config, IEnumerable<TState>? To) how
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(how.Join, "join");
        ArgumentNullException.ThrowIfNull(next);
        var config = how.Config ?? new SplitConfig();
        return With(
            state,
            new ItemSplit<TState, TItem, TResult>(items, body, next, config.Rules(how.Join))
            {
                Branch = config.Branch ?? TaskConfig.Default,
            },
            how.To
        );
    }

    private static Items<TItem> Listed<TItem>(Func<TaskContext, IEnumerable<TItem>> items) =>
        new((context, _) => new(items(context) is { } listed ? [.. listed] : null!));
}
