namespace Cano.FSharp

open System.Threading.Tasks
open Cano

/// Operations that give a state work of many bodies, or runs.
[<AbstractClass>]
type FanOutOperations internal () =
    inherit WorkOperations()

    /// Gives a state branches that run in parallel; the states they answer do not matter.
    [<CustomOperation "split">]
    member inline _.Split< ^S, ^W, ^C
        when ^S: not null and (^W or ^C): (static member Place: ^W * ^C -> Place< ^S >)>
        (draft: Draft< ^S, ^W >, case: ^C, branches: seq<ITask< ^S >>, join: Join< ^S >)
        : Draft< ^S, ^W > =
        draft.Adding(FanOuts.split (Naming.PlaceOf< ^W, ^C, ^S>(draft.Naming, case)) branches join)

    /// Gives a state branches that are listed at each entry; none at all joins at once.
    [<CustomOperation "splitBy">]
    member inline _.SplitBy< ^S, ^W, ^C, ^B
        when ^S: not null
        and (^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ITask< ^S > list >)>
        (draft: Draft< ^S, ^W >, case: ^C, branches: TaskContext -> ^B, join: Join< ^S >)
        : Draft< ^S, ^W > =
        draft.Adding(
            FanOuts.splitBy
                (Naming.SiteOf< ^W, ^C, ^B, ^S, ITask< ^S > list>(draft.Naming, case, branches))
                join
        )

    /// Gives a state a branch for each item, and chooses the next state by what they gave.
    [<CustomOperation "each">]
    member inline _.Each< ^S, ^W, ^C, ^B, ^L, ^I, ^A, ^R
        when ^S: not null
        and (^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ^L >)
        and (Listing or ^L): (static member ``items are a sequence, or what gives one: a task, a ValueTask or an async``:
            Listing * TaskContext * ^L -> ValueTask<^I list>)
        and (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask< ^R >)>
        (
            draft: Draft< ^S, ^W >,
            case: ^C,
            items: TaskContext -> ^B,
            work: TaskContext -> ^I -> ^A,
            join: unit -> Join<unit>,
            next: TaskContext -> BranchResults< ^I, ^R > -> ^S
        ) : Draft< ^S, ^W > =
        draft.Adding(
            FanOuts.each
                (Naming.SiteOf< ^W, ^C, ^B, ^S, ^L>(draft.Naming, case, items))
                Taking.items< ^L, ^I>
                (Taking.each< ^I, ^A, ^R> work)
                join
                next
        )

    /// Gives a state items that are worked on within one task, `concurrency` of them at once, and
    /// finishes with what became of each, in their order.
    [<CustomOperation "batch">]
    member inline _.Batch< ^S, ^W, ^C, ^B, ^L, ^I, ^A, ^R
        when ^S: not null
        and (^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ^L >)
        and (Listing or ^L): (static member ``items are a sequence, or what gives one: a task, a ValueTask or an async``:
            Listing * TaskContext * ^L -> ValueTask<^I list>)
        and (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask< ^R >)>
        (
            draft: Draft< ^S, ^W >,
            case: ^C,
            items: TaskContext -> ^B,
            work: TaskContext -> ^I -> ^A,
            finish: TaskContext -> Result< ^R, CanoError > list -> ^S
        ) : Draft< ^S, ^W > =
        draft.Adding(
            FanOuts.batch
                (Naming.SiteOf< ^W, ^C, ^B, ^S, ^L>(draft.Naming, case, items))
                Taking.items< ^L, ^I>
                (Taking.each< ^I, ^A, ^R> work)
                finish
        )

    /// Starts a run of another workflow, and goes on by its end.
    [<CustomOperation "child">]
    member inline _.Child< ^S, ^W, ^C, ^D
        when ^S: not null
        and ^D: not null
        and (^W or ^C): (static member Place: ^W * ^C -> Place< ^S >)>
        (
            draft: Draft< ^S, ^W >,
            case: ^C,
            child: Workflow< ^D >,
            initial: ^D,
            next: TaskContext -> ChildEnd< ^D > -> ^S
        ) : Draft< ^S, ^W > =
        draft.Adding(
            FanOuts.child (Naming.PlaceOf< ^W, ^C, ^S>(draft.Naming, case)) child initial next
        )

    /// As `child`, and gives it an input.
    [<CustomOperation "childWith">]
    member inline _.ChildWith< ^S, ^W, ^C, ^B, ^D, ^I
        when ^S: not null
        and ^D: not null
        and (^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ^I >)>
        (
            draft: Draft< ^S, ^W >,
            case: ^C,
            child: Workflow< ^D >,
            initial: ^D,
            input: TaskContext -> ^B,
            next: TaskContext -> ChildEnd< ^D > -> ^S
        ) : Draft< ^S, ^W > =
        draft.Adding(
            FanOuts.childWith
                (Naming.SiteOf< ^W, ^C, ^B, ^S, ^I>(draft.Naming, case, input))
                child
                initial
                next
        )

    /// Starts a run of another workflow for each item, its input, and goes on by their ends.
    [<CustomOperation "children">]
    member inline _.Children< ^S, ^W, ^C, ^B, ^L, ^I, ^D
        when ^S: not null
        and ^D: not null
        and (^W or ^C): (static member ``a body takes its context, and behind it the data of its case``:
            ^W * ^C * (TaskContext -> ^B) -> Site< ^S, ^L >)
        and (Listing or ^L): (static member ``items are a sequence, or what gives one: a task, a ValueTask or an async``:
            Listing * TaskContext * ^L -> ValueTask<^I list>)>
        (
            draft: Draft< ^S, ^W >,
            case: ^C,
            items: TaskContext -> ^B,
            child: Workflow< ^D >,
            initial: ^D,
            join: unit -> Join<unit>,
            next: TaskContext -> ChildEnd< ^D > list -> ^S
        ) : Draft< ^S, ^W > =
        draft.Adding(
            FanOuts.children
                (Naming.SiteOf< ^W, ^C, ^B, ^S, ^L>(draft.Naming, case, items))
                Taking.items< ^L, ^I>
                (child, initial)
                join
                next
        )

    /// Starts runs of several workflows side by side, and goes on by their ends.
    [<CustomOperation "siblings">]
    member inline _.Siblings< ^S, ^W, ^C
        when ^S: not null and (^W or ^C): (static member Place: ^W * ^C -> Place< ^S >)>
        (
            draft: Draft< ^S, ^W >,
            case: ^C,
            runs: seq<ChildRun>,
            join: unit -> Join<unit>,
            next: TaskContext -> ChildEnds -> ^S
        ) : Draft< ^S, ^W > =
        draft.Adding(
            FanOuts.siblings (Naming.PlaceOf< ^W, ^C, ^S>(draft.Naming, case)) runs join next
        )
