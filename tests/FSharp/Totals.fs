namespace Cano.FSharp.Tests

open System
open System.Threading.Tasks
open Cano
open Cano.FSharp
open Cano.Properties
open Cano.Testing
open Expecto
open global.Xunit

/// Workflows by one total function.
type Totals() =

    static let ended expected run = task {
        let! outcome = run
        Expect.equal outcome (Ok expected) "the exit"
    }

    static let order =
        Workflow.total (function
            | Parcel.Packed items ->
                Handle.run (fun _ -> async { return Parcel.Weighed(List.length items, items) })
            | Parcel.Weighed(weight, _) when weight > 0 ->
                Handle.run (fun ctx -> task { return Parcel.Sent $"{ctx.State} {weight}" })
            | Parcel.Weighed(_, items) ->
                Handle.run (fun _ -> task { return Parcel.Sent $"nothing of {items.Length}" })
            | Parcel.Sent _ -> Handle.exit)

    static let totals =
        testList "totals" [
            check "of a union, whose cases are known" (fun () -> task {
                do!
                    order
                    |> Workflow.run (Parcel.Packed [ "pen"; "ink" ])
                    |> ended (Parcel.Sent "Weighed 2")

                do! order |> Workflow.run (Parcel.Packed []) |> ended (Parcel.Sent "nothing of 0")
            })
            check "of states that are listed" (fun () -> task {
                let order =
                    Workflow.total [ "reserve"; "charge"; "done" ] (function
                        | "reserve" ->
                            Handle.router (fun _ -> "charge") |> Handle.edges [ "charge" ]
                        | "charge" ->
                            Handle.compensate
                                (fun ctx -> task { return "done", ctx.Attempt })
                                (fun _ _ -> Task.CompletedTask)
                            |> Handle.attempts TaskConfig.Minimal
                            |> Handle.undo TaskConfig.Default
                        | _ -> Handle.exit)

                do! order |> Workflow.run "reserve" |> ended "done"
                Expect.equal (Workflow.states order) [ "reserve"; "charge" ] "those with work"
            })
            check "with every kind of work" (fun () -> task {
                let time = VirtualTime()

                let greeting =
                    Workflow.total [ "greet"; "greeted" ] (function
                        | "greet" -> Handle.run (fun ctx -> task { return ctx.State + "ed" })
                        | _ -> Handle.exit)
                    |> Workflow.withName "greeting"

                let all =
                    Workflow.total [ "a"; "b"; "c"; "d"; "e"; "f"; "g"; "h"; "i" ] (function
                        | "a" -> Handle.calculate (fun _ -> "b")
                        | "b" -> Handle.poll (fun _ -> task { return Poll.ready "c" })
                        | "c" ->
                            Handle.stepped (fun _ cursor -> async {
                                return if cursor = Some 2 then Step.finish "d" else Step.more 2
                            })
                        | "d" -> Handle.timer (TimeSpan.FromHours 1.) "e"
                        | "e" -> Handle.wait (Wait.empty |> Wait.after (TimeSpan.FromHours 1.) "f")
                        | "f" ->
                            Handle.split
                                [ Branch.task "one" (fun _ -> task { return "x" }) ]
                                (Join.all "g")
                        | "g" ->
                            Handle.each
                                (fun _ -> [ 1; 2 ])
                                (fun _ item -> ValueTask<_>(item + 1))
                                Join.all
                                (fun _ results -> if results.Total = 2 then "h" else "a")
                        | "h" ->
                            Handle.child greeting "greet" (fun _ ended ->
                                if ended.IsSuccess then "i" else "a")
                        | _ -> Handle.exit)
                    |> Workflow.withName "all"

                use engine =
                    Engine.inMemoryWith (CanoEngineOptions(TimeProvider = time)) |> Engine.add all

                let! run = engine |> Engine.start all "a" "run-1"
                do! time.RunAsync(Run.completion (Expect.wantOk run "begun")) |> ended "i"
            })
            test "of a type that is no union, the states are to be listed" {
                let write () =
                    Workflow.total (fun (_: int) -> Handle.exit) |> ignore

                Assert.Throws<ArgumentException> write |> ignore
            }
        ]

    static member Totals = Examples.rows totals

    [<Theory; MemberData("Totals")>]
    [<Trait("ID", "Y37")>]
    member _.``one total function is a workflow``(example: Example) = Examples.run totals example
