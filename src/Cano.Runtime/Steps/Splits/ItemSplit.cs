using Cano.Kernel;
using Cano.Runtime.Context;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Singles;

namespace Cano.Runtime.Steps.Splits;

/// <summary>A branch for each item, and a choice of what follows by what they gave.</summary>
internal sealed class ItemSplit<TState, TItem, TResult>(
    Items<TItem> items,
    Func<TaskContext, TItem, CancellationToken, ValueTask<TResult>> body,
    Func<TaskContext, BranchResults<TItem, TResult>, CancellationToken, ValueTask<TState>> next,
    SplitRules rules
) : SplitBody<TState>
    where TState : notnull
{
    /// <summary>How each branch is tried.</summary>
    public TaskConfig Branch { get; init; } = TaskConfig.Default;

    public override SplitRules Rules => rules;

    public override StepKind Define() => StepKind.NewSplit(rules.Define(null, null));

    public override async ValueTask<SplitVisit<TState>> VisitAsync(
        TaskContext context,
        CancellationToken cancel
    )
    {
        var list = await AskAsync(context, cancel).ConfigureAwait(false);
        return VisitOf(list, context);
    }

    public override async ValueTask<StoredValue?[]> ListAsync(TaskContext context, CancellationToken cancel)
    {
        var list = await AskAsync(context, cancel).ConfigureAwait(false);
        if (context.Scope.IsJournaled)
            return [.. list.Select((item, i) => StoredItem.Of(item, $"Item {i} of split", context))];
        context.Scope.KeepItems(context.Visit, list);
        return new StoredValue?[list.Count];
    }

    public override SplitVisit<TState> Listed(FanOut rows, TaskContext context)
    {
        var list = context.Scope.IsJournaled
            ? [.. rows.Listing!.Items.Select(item => StoredItem.Read<TItem>(item!, "item", context))]
            : context.Scope.Values!.ItemsOf<TItem>(context.Visit)!;
        var visit = VisitOf(list, context);
        foreach (var ending in rows.Branches)
            if (ending.Result is { } result)
                visit.Branch(ending.Index).Value = StoredItem.Read<TResult>(result, "result", context);
        return visit;
    }

    private Visit VisitOf(IReadOnlyList<TItem> list, TaskContext context) =>
        new(this, [.. list.Select(item => new ItemBranch(this, context.State, item))]);

    private ValueTask<IReadOnlyList<TItem>> AskAsync(TaskContext context, CancellationToken cancel) =>
        context.CallAsync(
            UserCallKind.Part,
            items,
            static (items, context, cancel) => items.ListAsync(context, cancel),
            cancel
        );

    /// <summary>The work for one item.</summary>
    private sealed class ItemBranch(ItemSplit<TState, TItem, TResult> split, string name, TItem item)
        : ITask<TState>,
            IComposedTask
    {
        private readonly Lock _gate = new();
        private int _attempt;

        public string Name => name;

        public TaskConfig Config => split.Branch;

        public TItem Item => item;

        /// <summary>What it gave, once it has succeeded.</summary>
        public TResult Value { get; set; } = default!;

        public async ValueTask<TState> RunAsync(TaskContext context, CancellationToken cancellationToken)
        {
            var attempt = context.Attempt;
            lock (_gate)
                _attempt = attempt;
            var value = await context
                .CallAsync(
                    UserCallKind.Body,
                    (split, item),
                    static (it, context, cancel) => it.split.Call(context, it.item, cancel),
                    cancellationToken
                )
                .ConfigureAwait(false);
            lock (_gate)
            {
                // One that was given up on may end behind the next.
                if (_attempt == attempt)
                    Value = value;
            }

            return default!;
        }
    }

    private ValueTask<TResult> Call(TaskContext context, TItem item, CancellationToken cancel) =>
        body(context, item, cancel);

    private sealed class Visit(ItemSplit<TState, TItem, TResult> split, ItemBranch[] branches)
        : SplitVisit<TState>([
            .. branches.Select(branch => new ListedBranch<TState>(branch, branch.Name, split.Branch)),
        ])
    {
        public override bool Chooses => true;

        public ItemBranch Branch(int index) => branches[index];

        public override StoredValue? ValueOf(int index, TaskContext context) =>
            context.Scope.IsJournaled
                ? StoredItem.Of(branches[index].Value, $"What branch {index} gave of split", context)
                : null;

        public override async ValueTask<SplitChosen<TState>> ChooseAsync(
            TaskContext context,
            SplitResult result,
            CancellationToken cancel
        )
        {
            var values = new BranchValues<TItem, TResult>(
                [.. branches.Select(branch => branch.Item)],
                [.. result.Successes.Select(success => branches[success.Index].Value)]
            );
            var stored = context.Scope.IsJournaled ? Stored(values, context) : null;
            // From here on the run has what a resume would have.
            if (stored is not null)
                values = BranchValues<TItem, TResult>.Read(stored, context);
            var results = values.Results(result);
            context.Scope.KeepResults(result, results);
            var following = await context
                .CallAsync(
                    UserCallKind.Part,
                    (split, results),
                    static (it, context, cancel) => it.split.Choose(context, it.results, cancel),
                    cancel
                )
                .ConfigureAwait(false);
            return new(following, stored);
        }

        private static StoredValue Stored(BranchValues<TItem, TResult> values, TaskContext context) =>
            GivenValue.TryStore(
                values,
                typeof(BranchValues<TItem, TResult>),
                context.Options.Values,
                out var stored,
                out var problem
            )
                ? stored
                : throw InvalidConfiguration.Of(
                    $"What the branches of split '{context.State}' gave, with their items, {problem}"
                );
    }

    private ValueTask<TState> Choose(
        TaskContext context,
        BranchResults<TItem, TResult> results,
        CancellationToken cancel
    ) => next(context, results, cancel);
}
