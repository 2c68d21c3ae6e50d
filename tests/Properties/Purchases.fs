namespace Cano.Properties

open System
open System.Collections.Concurrent
open System.Threading.Tasks
open Cano

/// What is bought.
type Line = { Item: string; Amount: int }

/// A purchase, whose cases carry what the next step works on.
type Purchase =
    | Opened of customer: string
    | Filled of customer: string * lines: Line list
    | Reserved of lines: Line list
    | Weighed of total: int
    | [<StoredAs "asked">] Quoted of total: int
    | Chosen of best: int
    | Listed of ids: int list
    | Looked of pages: Map<string, int>
    | Rested of total: decimal
    | Awaited of note: string option
    | Charged of total: int
    | Checked
    | Packed of parcel: Guid
    | Paid of receipt: string
    | Lost of reason: string

/// A workflow over all of it, with a step of every kind.
[<RequireQualifiedAccess>]
module Purchases =

    let private lines = [ { Item = "pear"; Amount = 2 }; { Item = "plum"; Amount = 3 } ]

    let private parcel = Guid "11112222-3333-4444-5555-666677778888"

    /// Each state as the run comes to it, in the order in which it does.
    let way = [
        Opened "Ada"
        Filled("Ada", lines)
        Reserved lines
        Weighed 5
        Quoted 5
        Chosen 4
        Listed [ 1; 2; 3 ]
        Looked(Map [ "a", 1; "b", 2 ])
        Rested 6.50m
        Awaited(Some "soon")
        Charged 6
        Checked
        Packed parcel
    ]

    let paid = Paid "receipt 6 of 11112222-3333-4444-5555-666677778888"

    /// The name of a case in a journal.
    let nameOf (purchase: Purchase) =
        match purchase with
        | Opened _ -> "Opened"
        | Filled _ -> "Filled"
        | Reserved _ -> "Reserved"
        | Weighed _ -> "Weighed"
        | Quoted _ -> "asked"
        | Chosen _ -> "Chosen"
        | Listed _ -> "Listed"
        | Looked _ -> "Looked"
        | Rested _ -> "Rested"
        | Awaited _ -> "Awaited"
        | Charged _ -> "Charged"
        | Checked -> "Checked"
        | Packed _ -> "Packed"
        | Paid _ -> "Paid"
        | Lost _ -> "Lost"

    /// What bodies have got: the name of a state, and the state.
    type Seen() =
        let states = ConcurrentQueue<string * Purchase>()

        member _.Add(context: TaskContext) =
            let state = context.StateAs<Purchase>()
            states.Enqueue(context.State, state)
            state

        member _.All = List.ofSeq states

    let private sum (lines: Line list) = lines |> List.sumBy _.Amount

    /// What follows a state, by what it carries alone.
    let private after (state: Purchase) =
        match state with
        | Opened customer -> Filled(customer, lines)
        | Filled(_, lines) -> Reserved lines
        | Reserved lines -> Weighed(sum lines)
        | Weighed total -> Quoted total
        | Quoted total -> Chosen(total - 1)
        | Chosen best -> Listed [ 1 .. best - 1 ]
        | Listed ids -> Looked(Map [ "a", ids[0]; "b", ids[1] ])
        | Looked pages -> Rested(decimal (5 + pages["a"]) + 0.5m)
        | Rested total -> Awaited(if total > 6m then Some "soon" else None)
        | Awaited(Some _) -> Charged 6
        | Awaited None -> Lost "nothing to wait for"
        | Charged total when total = 6 -> Checked
        | Charged _ -> Lost "another total"
        | Checked -> Packed parcel
        | Packed parcel -> Paid $"receipt 6 of {parcel}"
        | Paid _
        | Lost _ -> Lost "past the end"

    /// A value of the case that a function makes, whatever it carries.
    let private any (case: 'Fields -> Purchase) = case Unchecked.defaultof<'Fields>

    /// Of each undone state what it carried.
    let workflow (seen: Seen) (undone: Purchase -> unit) (fails: string -> unit) =
        let body =
            Func<TaskContext, Purchase>(fun context ->
                let state = seen.Add context
                fails context.State
                after state)

        let step (context: TaskContext) _ =
            ValueTask<_>(struct (body.Invoke context, 7))

        let undo (context: TaskContext) (output: int) _ =
            Law.equal 7 output
            undone (context.StateAs<Purchase>())
            ValueTask()

        let stepped (context: TaskContext) (cursor: Cursor<int>) _ =
            let from = cursor.Or 0

            if from < 2 then
                seen.Add context |> ignore
                ValueTask<_>(StepOutcome<int, Purchase>.op_Implicit(StepOutcome.More(from + 1)))
            else
                ValueTask<_>(
                    StepOutcome<int, Purchase>.op_Implicit(StepOutcome.Done(body.Invoke context))
                )

        let branch name =
            CanoTask.From<Purchase>(name, fun context _ -> ValueTask<Purchase>(seen.Add context))

        let polled (context: TaskContext) _ =
            ValueTask<_>(PollOutcome.Ready(body.Invoke context))

        Workflow
            .OfCases<Purchase>()
            .Register(any Opened, body)
            .Register(Filled("", []), body)
            .RegisterWithCompensation<int>(any Reserved, step, undo)
            .RegisterRouter(any Weighed, body)
            .RegisterSplit(
                any Quoted,
                [ branch "one"; branch "two" ],
                JoinConfig.Create(JoinStrategy.All, Chosen 4)
            )
            .Register(any Chosen, body)
            .RegisterStepped<int>(any Listed, stepped)
            .RegisterPoll(any Looked, polled)
            .RegisterTimer(any Rested, TimeSpan.FromSeconds 3.0, Awaited(Some "soon"))
            .RegisterWait(any Awaited, Wait.For<Purchase>().After(TimeSpan.FromDays 2.0, Charged 6))
            .RegisterWithCompensation<int>(any Charged, step, undo)
            .Register(Checked, body)
            .Register(any Packed, body)
            .Pure([ Checked; Filled("", []) ])
            .AddExitStates([ any Paid; any Lost ])
            .WithName("purchase")

    /// What bodies have got is what the run came to their states with.
    let allAsOnTheWay (seen: Seen) =
        for name, state in seen.All do
            Law.equal (Some state) (way |> List.tryFind (fun known -> nameOf known = name))

    let never (_: string) = ()
