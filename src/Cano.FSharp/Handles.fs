namespace Cano.FSharp

open System
open System.Threading.Tasks
open Cano

/// What is done in a state, for `Workflow.total`.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type Handle<'S when 'S: not null> = internal {
    /// The functions of its work; None of an exit.
    Work: obj option
    /// What it is beside them, and has to be whenever it is asked: in words, with the value.
    Beside: (string * obj) list
    /// The place, and how the functions are found again for what a visit's state carries.
    Register: Place<'S> -> ('S -> obj) option -> Registration<'S> option
    Said: Saying<'S> list
}

/// A task of a class that is made for each visit.
[<Sealed; NoEquality; NoComparison>]
type internal FoundTask<'S>(first: ITask<'S>, find: TaskContext -> ValueTask<'S>) =
    interface ITask<'S> with
        member _.Name = first.Name
        member _.Config = first.Config
        member _.RunAsync(context, _) = find context

/// A timer that is made for each visit.
[<Sealed; NoEquality; NoComparison>]
type internal FoundTimer<'S>(name: string, find: TaskContext -> TimeSpan * 'S) =
    interface ITimerTask<'S> with
        member _.Name = name

        member _.WaitAsync(context, _) =
            ValueTask<_>(TimerOutcome.After(fst (find context)))

        member _.AfterWaitAsync(context, _) = ValueTask<_>(snd (find context))

/// Handles of bodies that the runtime takes.
[<RequireQualifiedAccess>]
module Handles =

    let private foundBy (name: string) (again: 'S -> obj) (state: 'S) : 'W =
        match again state with
        | :? 'W as work -> work
        | _ -> raise (Misuse.told (Misuse.differs name "given work of one kind" "of another"))

    /// Work of functions. Where they depend on what a state carries, they are found again by that.
    let private make kind (work: 'W) (tell: Place<'S> -> ('S -> 'W) option -> _) : Handle<'S> = {
        Work = Some(Unchecked.nonNull (box work))
        Beside = [ "work of kind", kind ]
        Register = fun place again -> Some(tell place (again |> Option.map (foundBy place.Name)))
        Said = []
    }

    let private beside what (value: 'V) (handle: Handle<'S>) = {
        handle with
            Beside = handle.Beside @ [ what, Unchecked.nonNull (box value) ]
    }

    let private joinedBy (join: Join<'Next>) (handle: Handle<'S>) =
        handle
        |> beside "branches joined by" (join.Strategy, join.Next)
        |> beside "branches run by" (join.Config, join.IsStored)

    /// The functions of the visit that a context is of.
    let private ofVisit (work: 'W) (again: ('S -> 'W) option) (context: TaskContext) : 'W =
        match again with
        | Some again -> again (context.StateAs<'S>())
        | None -> work

    let private site place given (body: TaskContext -> 'A) : Site<'S, 'A> = {
        Place = place
        Body = body
        Given = given
    }

    let private calling kind work register =
        make kind work (fun place again ->
            register (
                site place work (fun context ->
                    (ofVisit work again context: TaskContext -> _) context)
            ))

    /// A body; given: as the user gave it.
    let run (given: obj) (work: TaskContext -> ValueTask<'S>) : Handle<'S> =
        make "run" work (fun place again ->
            let body context = ofVisit work again context context

            let given: obj =
                match given with
                | :? (TaskContext -> ClassTask<'S>) as task when again.IsSome ->
                    let first = (task Unchecked.defaultof<TaskContext>).Task
                    Body.ofTask (FoundTask(first, body))
                | given -> given

            Steps.single (site place given body) (fun _ answer -> answer))

    let calculate (body: TaskContext -> 'S) : Handle<'S> =
        calling "calculate" body Steps.calculate

    let router (route: TaskContext -> 'S) : Handle<'S> = calling "router" route Steps.router

    let compensate
        (run: TaskContext -> ValueTask<'S * 'Output>)
        (undo: TaskContext -> 'Output -> ValueTask<unit>)
        : Handle<'S> =
        let work = run, undo

        make "compensate" work (fun place again ->
            let find = ofVisit work again

            Steps.compensate
                (site place work (fun context -> fst (find context) context))
                (fun _ answer -> answer)
                (fun context output -> snd (find context) context output))

    let poll (body: TaskContext -> ValueTask<PollOutcome<'S>>) : Handle<'S> =
        calling "poll" body (fun site -> Steps.poll site (fun _ answer -> answer))

    let stepped
        (body: TaskContext -> 'Cursor option -> ValueTask<StepOutcome<'Cursor, 'S>>)
        : Handle<'S> =
        calling "stepped" body (fun site -> Steps.stepped site (fun _ answer -> answer))

    let timer (span: TimeSpan) (next: 'S) : Handle<'S> =
        let work = span, next

        make "timer" work (fun place again ->
            if again.IsSome then
                Steps.timing place (FoundTimer(place.Name, ofVisit work again))
            else
                Steps.timer place span next)

    let wait (wait: Wait<'S>) : Handle<'S> =
        make "wait" wait (fun place again ->
            match again with
            | Some again -> Steps.wait place (wait.MadeBy again)
            | None -> Steps.wait place wait)

    let split (branches: ITask<'S> list) (join: Join<'S>) : Handle<'S> =
        make "split" branches (fun place again ->
            if again.IsSome then
                FanOuts.splitBy (site place branches (ofVisit branches again)) join
            else
                FanOuts.split place branches join)
        |> joinedBy join

    let each
        (items: TaskContext -> ValueTask<'Item list>)
        (work: TaskContext -> 'Item -> ValueTask<'Result>)
        (join: unit -> Join<unit>)
        (next: TaskContext -> BranchResults<'Item, 'Result> -> 'S)
        : Handle<'S> =
        let all = items, work, next

        make "each" all (fun place again ->
            let items context =
                let items, _, _ = ofVisit all again context
                items context

            let work context item =
                let _, work, _ = ofVisit all again context
                work context item

            let next context results =
                let _, _, next = ofVisit all again context
                next context results

            FanOuts.each (site place all items) (fun _ listed -> listed) work join next)
        |> joinedBy (join ())

    let private beginning (initial: 'C) (handle: Handle<'S>) =
        handle |> beside "a child that begins in" initial

    let child (workflow: Workflow<'C>) (initial: 'C) (next: TaskContext -> ChildEnd<'C> -> 'S) =
        make "child" next (fun place again ->
            FanOuts.child place workflow initial (fun context ended ->
                ofVisit next again context context ended))
        |> beginning initial

    let childWith
        (input: TaskContext -> 'Input)
        (workflow: Workflow<'C>)
        (initial: 'C)
        (next: TaskContext -> ChildEnd<'C> -> 'S)
        =
        let work = input, next

        make "childWith" work (fun place again ->
            let find = ofVisit work again

            FanOuts.childWith
                (site place work (fun context -> fst (find context) context))
                workflow
                initial
                (fun context ended -> snd (find context) context ended))
        |> beginning initial
