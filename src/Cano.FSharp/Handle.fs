namespace Cano.FSharp

open System
open System.Threading.Tasks
open Cano

/// What is done in a state, for `Workflow.total`: work, or the end.
[<RequireQualifiedAccess>]
module Handle =

    /// Runs end here.
    let exit<'S when 'S: not null> : Handle<'S> = {
        Work = None
        Beside = []
        Register = fun _ _ -> None
        Said = []
    }

    let private said saying (handle: Handle<'S>) = {
        handle with
            Said = saying :: handle.Said
    }

    /// How its task is tried.
    let attempts config (handle: Handle<'S>) = said (Saying.attempts config) handle

    /// The states that may follow.
    let edges (states: seq<'S>) (handle: Handle<'S>) = said (Saying.edges states) handle

    /// How its compensation is tried.
    let undo config (handle: Handle<'S>) = said (Saying.undo config) handle

    /// How many items of a batch are under way at once.
    let concurrency n (handle: Handle<'S>) = said (Saying.concurrency n) handle

    /// A body.
    let inline run< ^S, ^A
        when ^S: not null
        and (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask< ^S >)>
        (body: TaskContext -> ^A)
        : Handle< ^S > =
        Handles.run body (fun context ->
            Answer.Take<Answer, ^A, ^S>(Answer.Any, context, body context))

    /// A body that only calculates.
    let calculate (body: TaskContext -> 'S) : Handle<'S> = Handles.calculate body

    /// A function that only chooses the next state.
    let router (route: TaskContext -> 'S) : Handle<'S> = Handles.router route

    /// A step of a saga, and what undoes it.
    let inline compensate< ^S, ^A, ^O, ^U
        when ^S: not null
        and (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask<^S * ^O>)
        and (Answer or ^U): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^U -> ValueTask<unit>)>
        (body: TaskContext -> ^A)
        (undo: TaskContext -> ^O -> ^U)
        : Handle< ^S > =
        Handles.compensate
            (fun context -> Answer.Take<Answer, ^A, ^S * ^O>(Answer.Any, context, body context))
            (Taking.each< ^O, ^U, unit> undo)

    /// A poll.
    let inline poll< ^S, ^A
        when ^S: not null
        and (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask<PollOutcome< ^S >>)>
        (body: TaskContext -> ^A)
        : Handle< ^S > =
        Handles.poll (fun context ->
            Answer.Take<Answer, ^A, PollOutcome< ^S >>(Answer.Any, context, body context))

    /// Long work in steps.
    let inline stepped< ^S, ^A, ^K
        when ^S: not null
        and (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask<StepOutcome< ^K, ^S >>)>
        (body: TaskContext -> ^K option -> ^A)
        : Handle< ^S > =
        Handles.stepped (fun context cursor ->
            Answer.Take<Answer, ^A, StepOutcome< ^K, ^S >>(
                Answer.Any,
                context,
                body context cursor
            ))

    /// Waits for a span, not negative, then goes on.
    let timer (span: TimeSpan) (next: 'S) : Handle<'S> = Handles.timer span next

    /// Waits for signals, or until a time is up.
    let wait (wait: Wait<'S>) : Handle<'S> = Handles.wait wait

    /// Branches that run in parallel.
    let split (branches: seq<ITask<'S>>) (join: Join<'S>) : Handle<'S> =
        Handles.split (List.ofSeq branches) join

    /// A branch for each item.
    let inline each< ^S, ^L, ^I, ^A, ^R
        when ^S: not null
        and (Listing or ^L): (static member ``items are a sequence, or what gives one: a task, a ValueTask or an async``:
            Listing * TaskContext * ^L -> ValueTask<^I list>)
        and (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask< ^R >)>
        (items: TaskContext -> ^L)
        (work: TaskContext -> ^I -> ^A)
        (join: unit -> Join<unit>)
        (next: TaskContext -> BranchResults< ^I, ^R > -> ^S)
        : Handle< ^S > =
        Handles.each
            (fun context -> Listing.Take<Listing, ^L, ^I list>(Listing.Any, context, items context))
            (Taking.each< ^I, ^A, ^R> work)
            join
            next

    /// A run of another workflow.
    let child (workflow: Workflow<'C>) (initial: 'C) (next: TaskContext -> ChildEnd<'C> -> 'S) =
        Handles.child workflow initial next

    /// A run of another workflow, with an input.
    let childWith (input: TaskContext -> 'Input) (workflow: Workflow<'C>) (initial: 'C) next =
        Handles.childWith input workflow initial next
