namespace Cano.Properties

open System.Threading.Tasks
open Cano
open Xunit

/// What docs/workflows.md shows in F#, line by line.
module Shown =

    type Step =
        | Start
        | Fetch of page: int
        | Done

    let workflow =
        Workflow
            .Bare<Step>()
            .Register(Start, fun _ -> Fetch 1)
            .Register(Fetch 1, fun context token -> task { return Fetch 2 })
            .Register(Fetch 2, fun _ -> Done)
            .AddExitState(Done)

module ShownCases =

    type Order =
        | Cart of lines: string list
        | Charge of total: int
        | Done of receipt: string

    let order =
        Workflow
            .OfCases<Order>()
            .Register(
                Cart [],
                fun context ->
                    match context.StateAs<Order>() with
                    | Cart lines -> Charge(10 * lines.Length)
                    | other -> other
            )
            .Register(
                Charge 0,
                fun context ->
                    match context.StateAs<Order>() with
                    | Charge total -> Done $"{total} EUR"
                    | other -> other
            )
            .AddExitState(Done "")

open Shown

/// It runs, and so does what the text around it says.
type FSharpGuide() =

    [<Fact>]
    member _.``a union with data is as good as an enum``() = task {
        let! ended = workflow.OrchestrateAsync Start
        Law.equal Done ended
    }

    [<Fact>]
    member _.``answers of steps are converted by hand, and a compensatable step returns a struct tuple``
        ()
        = task {
        let counting (_: TaskContext) (cursor: Cursor<int>) =
            if cursor.Or 0 < 2 then
                StepOutcome<int, Step>.op_Implicit(StepOutcome.More(cursor.Or 0 + 1))
            else
                StepOutcome<int, Step>.op_Implicit(StepOutcome.Done(Fetch 1))

        let undone = ResizeArray<int>()

        let saga =
            Workflow
                .Bare<Step>()
                .RegisterStepped<int>(
                    Start,
                    fun context cursor _ -> ValueTask<_>(counting context cursor)
                )
                .RegisterWithCompensation<int>(
                    Fetch 1,
                    (fun _ _ -> ValueTask<_>(struct (Fetch 2, 40))),
                    (fun _ output _ ->
                        undone.Add output
                        ValueTask())
                )
                .Register(Fetch 2, (fun _ -> failwith "no courier"), TaskConfig.Minimal)
                .AddExitState(Done)

        let! ended = saga.TryOrchestrateAsync Start
        Assert.True ended.IsLeft
        Law.equal [ 40 ] (List.ofSeq undone)
    }

    [<Fact>]
    member _.``the cases of a union are states, with what they carry``() = task {
        let! ended = ShownCases.order.OrchestrateAsync(ShownCases.Cart [ "pear"; "plum" ])
        Law.equal (ShownCases.Done "20 EUR") ended
    }
