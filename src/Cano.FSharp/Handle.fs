namespace Cano.FSharp

open System
open System.Collections.Generic
open System.Threading.Tasks
open Cano

/// What is done in a state, for `Workflow.total`.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type Handle<'S when 'S: not null> = internal {
    /// The function that the state's work begins with; None of an exit.
    Body: obj option
    /// The place, and how the body is found again for the data of a visit.
    Register: Place<'S> -> (TaskContext -> obj) option -> Registration<'S> option
    Said: Saying<'S> list
}

/// What is done in a state, for `Workflow.total`: work, or the end.
[<RequireQualifiedAccess>]
module Handle =

    /// Runs end here.
    let exit<'S when 'S: not null> : Handle<'S> = {
        Body = None
        Register = fun _ _ -> None
        Said = []
    }

    /// Work that begins with a body.
    let make (body: TaskContext -> 'A) (register: Site<'S, 'A> -> Registration<'S>) : Handle<'S> =
        let found again context =
            unbox<TaskContext -> 'A> (again context) context

        {
            Body = Some body
            Register =
                fun place again ->
                    Some(
                        register {
                            Place = place
                            Body = again |> Option.map found |> Option.defaultValue body
                            Given = body
                        }
                    )
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

    /// How many items of its batch are under way at once.
    let concurrency n (handle: Handle<'S>) = said (Saying.concurrency n) handle

    let internal placed register : Handle<'S> =
        make ignore (fun site -> register site.Place)

    /// A body.
    let inline run< ^S, ^A
        when ^S: not null
        and (Answer or ^A): (static member Of: Answer * TaskContext * ^A -> ValueTask< ^S >)>
        (body: TaskContext -> ^A)
        : Handle< ^S > =
        make body (fun site ->
            Steps.single site (fun context given ->
                Answer.Take<Answer, ^A, ^S>(Answer.Any, context, given)))

    /// A body that only calculates.
    let calculate (body: TaskContext -> 'S) : Handle<'S> = make body Steps.calculate

    /// A function that only chooses the next state.
    let router (route: TaskContext -> 'S) : Handle<'S> = make route Steps.router

    /// A step of a saga, and what undoes it.
    let inline compensate< ^S, ^A, ^O, ^U
        when ^S: not null
        and (Answer or ^A): (static member Of: Answer * TaskContext * ^A -> ValueTask<^S * ^O>)
        and (Answer or ^U): (static member Of: Answer * TaskContext * ^U -> ValueTask<unit>)>
        (body: TaskContext -> ^A)
        (undo: TaskContext -> ^O -> ^U)
        : Handle< ^S > =
        make body (fun site ->
            Steps.compensate
                site
                (fun context given -> Answer.Take<Answer, ^A, ^S * ^O>(Answer.Any, context, given))
                (fun context output ->
                    Answer.Take<Answer, ^U, unit>(Answer.Any, context, undo context output)))

    /// A poll.
    let inline poll< ^S, ^A
        when ^S: not null
        and (Answer or ^A): (static member Of:
            Answer * TaskContext * ^A -> ValueTask<PollOutcome< ^S >>)>
        (body: TaskContext -> ^A)
        : Handle< ^S > =
        make body (fun site ->
            Steps.poll site (fun context given ->
                Answer.Take<Answer, ^A, PollOutcome< ^S >>(Answer.Any, context, given)))

    /// Long work in steps.
    let inline stepped< ^S, ^A, ^K
        when ^S: not null
        and (Answer or ^A): (static member Of:
            Answer * TaskContext * ^A -> ValueTask<StepOutcome< ^K, ^S >>)>
        (body: TaskContext -> ^K option -> ^A)
        : Handle< ^S > =
        make body (fun site ->
            Steps.stepped site (fun context given ->
                Answer.Take<Answer, ^A, StepOutcome< ^K, ^S >>(Answer.Any, context, given)))

    /// Waits for a span, not negative, then goes on.
    let timer (span: TimeSpan) (next: 'S) : Handle<'S> =
        placed (fun place -> Steps.timer place span next)

    /// Waits for signals, or until a time is up.
    let wait (wait: Wait<'S>) : Handle<'S> =
        placed (fun place -> Steps.wait place wait)

    /// Branches that run in parallel.
    let split (branches: seq<ITask<'S>>) (join: Join<'S>) : Handle<'S> =
        placed (fun place -> FanOuts.split place branches join)

    /// A branch for each item.
    let inline each< ^S, ^L, ^I, ^A, ^R
        when ^S: not null
        and (Listing or ^L): (static member Of: Listing * TaskContext * ^L -> ValueTask<^I list>)
        and (Answer or ^A): (static member Of: Answer * TaskContext * ^A -> ValueTask< ^R >)>
        (items: TaskContext -> ^L)
        (work: TaskContext -> ^I -> ^A)
        (join: unit -> Join<unit>)
        (next: TaskContext -> BranchResults< ^I, ^R > -> ^S)
        : Handle< ^S > =
        make items (fun site ->
            FanOuts.each
                site
                (fun context given ->
                    Answer.Take<Listing, ^L, ^I list>(Listing.Any, context, given))
                (fun context item ->
                    Answer.Take<Answer, ^A, ^R>(Answer.Any, context, work context item))
                join
                next)

    /// A run of another workflow.
    let child (workflow: Workflow<'C>) (initial: 'C) (next: TaskContext -> ChildEnd<'C> -> 'S) =
        placed (fun place -> FanOuts.child place workflow initial next)

    /// A run of another workflow, with an input.
    let childWith (input: TaskContext -> 'Input) (workflow: Workflow<'C>) (initial: 'C) next =
        make input (fun site -> FanOuts.childWith site workflow initial next)
