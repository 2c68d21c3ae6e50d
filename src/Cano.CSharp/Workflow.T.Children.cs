using Cano.CSharp;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Children;
using Cano.Runtime.Steps.Splits;

namespace Cano;

// States that start runs of other workflows.
public sealed partial class Workflow<TState>
{
    /// <summary>Makes a state start a run of another workflow, and wait for its end.</summary>
    /// <remarks>The child's id is `{run}/{visit}`: it is started once however often its parent is resumed. It
    /// is a run of the parent's <see cref="CanoEngine"/>, which knows its workflow with the parent's. Whoever
    /// cancels, fails or undoes the parent cancels a child that is under way, and waits for it; one that has
    /// completed is not undone.</remarks>
    /// <param name="state">The state.</param>
    /// <param name="child">The child's workflow, which has a name.</param>
    /// <param name="initial">Where the child begins.</param>
    /// <param name="next">Chooses the next state by the end. A child that failed is a value: whoever wants to
    /// fail with it throws. It is tried once.</param>
    /// <param name="to">The states that may follow, if declared: another answer then fails the run.</param>
    /// <exception cref="CanoException">`configuration`: the child's workflow has no name.</exception>
    public Workflow<TState> RegisterChild<TChild>(
        TState state,
        Workflow<TChild> child,
        TChild initial,
        Func<TaskContext, ChildEnd<TChild>, TState> next,
        IEnumerable<TState>? to = null
    )
        where TChild : notnull
    {
        ArgumentNullException.ThrowIfNull(next);
        return With(state, One(new ChildOf<TChild>(child, initial), _ => null, next), to);
    }

    /// <summary>As without `input`, and gives the child something.</summary>
    /// <param name="state">The state.</param>
    /// <param name="child">The child's workflow, which has a name.</param>
    /// <param name="initial">Where the child begins.</param>
    /// <param name="input">What the child is given; asked once, and journaled by the parent.</param>
    /// <param name="next">Chooses the next state by the end.</param>
    /// <param name="to">The states that may follow, if declared: another answer then fails the run.</param>
    /// <exception cref="CanoException">`configuration`: the child's workflow has no name.</exception>
    public Workflow<TState> RegisterChild<TChild, TInput>(
        TState state,
        Workflow<TChild> child,
        TChild initial,
        Func<TaskContext, TInput> input,
        Func<TaskContext, ChildEnd<TChild>, TState> next,
        IEnumerable<TState>? to = null
    )
        where TChild : notnull
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(next);
        return With(
            state,
            One(new ChildOf<TChild>(child, initial), context => GivenInput.Of(input(context)), next),
            to
        );
    }

    /// <summary>Makes a state start a run for each item, and wait until they are joined.</summary>
    /// <remarks>The ids are `{run}/{visit}/{index}`. The items are journaled before the first child begins,
    /// and a resume uses those. What a decided join does not need is cancelled and awaited. RetryAsync of the
    /// parent retries each child that failed.</remarks>
    /// <param name="state">The state.</param>
    /// <param name="items">The items, each the input of its child; asked once a visit. None at all joins at
    /// once.</param>
    /// <param name="child">The children's workflow, which has a name.</param>
    /// <param name="initial">Where the children begin.</param>
    /// <param name="join">When the state goes on; a join that is not met fails the run.</param>
    /// <param name="next">Chooses the next state by the ends, in the order of the items.</param>
    /// <param name="config">How long they may take, how many run at once, whether all are waited
    /// for.</param>
    /// <param name="to">The states that may follow, if declared: another answer then fails the run.</param>
    /// <exception cref="CanoException">`configuration`: the children's workflow has no name, or `config` says
    /// how branches are tried: children have tries of their own.</exception>
    public Workflow<TState> RegisterChildren<TItem, TChild>(
        TState state,
        Func<TaskContext, IEnumerable<TItem>> items,
        Workflow<TChild> child,
        TChild initial,
        JoinStrategy join,
        Func<TaskContext, IReadOnlyList<ChildEnd<TChild>>, TState> next,
        SplitConfig? config = null,
        IEnumerable<TState>? to = null
    )
        where TChild : notnull
    {
        ArgumentNullException.ThrowIfNull(items);
        return RegisterChildren(state, Listed(items), child, initial, join, next, config, to);
    }

    /// <inheritdoc cref="RegisterChildren{TItem, TChild}(TState, Func{TaskContext, IEnumerable{TItem}}, Workflow{TChild}, TChild, JoinStrategy, Func{TaskContext, IReadOnlyList{ChildEnd{TChild}}, TState}, SplitConfig?, IEnumerable{TState}?)"/>
    public Workflow<TState> RegisterChildren<TItem, TChild>(
        TState state,
        Items<TItem> items,
        Workflow<TChild> child,
        TChild initial,
        JoinStrategy join,
        Func<TaskContext, IReadOnlyList<ChildEnd<TChild>>, TState> next,
        SplitConfig? config = null,
        IEnumerable<TState>? to = null
    )
        where TChild : notnull
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(next);
        var value = new ChildOf<TChild>(child, initial);
        return With(
            state,
            new ItemChildren<TState, TItem, TChild>(items, value, next, RulesOfChildren(join, config)),
            to
        );
    }

    /// <summary>Makes a state start runs of several workflows side by side, and wait until they are
    /// joined.</summary>
    /// <remarks>The ids are `{run}/{visit}/{name}`. What they are given is journaled before the first child
    /// begins. What a decided join does not need is cancelled and awaited. RetryAsync of the parent retries
    /// each child that failed.</remarks>
    /// <param name="state">The state.</param>
    /// <param name="children">The runs, each of its own name.</param>
    /// <param name="join">When the state goes on; a join that is not met fails the run.</param>
    /// <param name="next">Chooses the next state by the ends.</param>
    /// <param name="config">How long they may take, how many run at once, whether all are waited
    /// for.</param>
    /// <param name="to">The states that may follow, if declared: another answer then fails the run.</param>
    /// <exception cref="CanoException">`configuration`: `config` says how branches are tried: children have
    /// tries of their own.</exception>
    public Workflow<TState> RegisterChildren(
        TState state,
        IEnumerable<ChildRun> children,
        JoinStrategy join,
        Func<TaskContext, ChildEnds, TState> next,
        SplitConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(children);
        ArgumentNullException.ThrowIfNull(next);
        NamedChild[] named =
        [
            .. children.Select(child =>
                (
                    child ?? throw new ArgumentNullException(nameof(children), "One of the children is null.")
                ).Child
            ),
        ];
        return With(state, new NamedChildren<TState>(named, next, RulesOfChildren(join, config)), to);
    }

    private static OneChild<TState, TChild> One<TChild>(
        ChildOf<TChild> child,
        Func<TaskContext, GivenInput?> input,
        Func<TaskContext, ChildEnd<TChild>, TState> next
    )
        where TChild : notnull => new(child, input, next);

    private static SplitRules RulesOfChildren(JoinStrategy join, SplitConfig? config)
    {
        ArgumentNullException.ThrowIfNull(join);
        var given = config ?? new SplitConfig();
        return given.Branch is null
            ? given.Rules(join)
            : throw InvalidConfiguration.Of(
                "SplitConfig.Branch says how branches are tried, and children have tries of their own: leave it out"
            );
    }
}
