namespace Cano.FSharp.Tests.Guide

open System
open System.Threading.Tasks
open Cano
open Cano.FSharp
open Cano.FSharp.Tests
open Cano.FSharp.Tests.Guide.Ordering
open Cano.Properties
open Cano.Testing
open Expecto
open global.Xunit

module Suite =

    let check name (work: unit -> Task<unit>) =
        testCaseAsync name (async { do! Async.AwaitTask(work ()) })

    let shipped ended =
        ended
        |> Result.map (function
            | Shipped _ -> true
            | _ -> false)

    let ordering =
        testList "an order" [
            check "is shipped when it is approved" (fun () -> task {
                let partners = Partners()
                let order = order partners
                use engine = Engine.inMemory () |> Engine.add order

                let! started =
                    engine |> Engine.start order (Placed [ { Sku = "pen"; Count = 2 } ]) "order-1"

                let! _ = engine |> Engine.signal approval true "order-1"
                let! ended = Run.completion (Expect.wantOk started "it begins")
                Expect.equal (shipped ended) (Ok true) "by the cheaper of the first two"
            })
            check "is refunded when nobody answers" (fun () -> task {
                let time = VirtualTime()
                let partners = Partners()
                let order = order partners |> Workflow.withTimeProvider time

                let! ended =
                    time.RunAsync(order |> Workflow.run (Placed [ { Sku = "pen"; Count = 2 } ]))

                let error = Expect.wantError ended "it is undone"
                Expect.equal (CanoError.state error) (Some "Declined") "where it failed"
                Expect.isEmpty partners.Charged "nothing stays charged"
            })
            check "expires in an engine, three days later" (fun () -> task {
                let time = VirtualTime()
                let order = order (Partners())

                use engine =
                    Engine.inMemoryWith (CanoEngineOptions(TimeProvider = time))
                    |> Engine.add order

                let! begun =
                    engine |> Engine.start order (Placed [ { Sku = "pen"; Count = 2 } ]) "order-1"

                let! ended = time.RunAsync(Run.completion (Expect.wantOk begun "it begins"))
                let error = Expect.wantError ended "it is undone"
                Expect.equal (CanoError.state error) (Some "Declined") "three days are over"
            })
            check "keeps its promise under a hundred seeds of faults" (fun () -> task {
                let! report =
                    Simulate.RunAsync(
                        (fun (simulation: Simulation) ->
                            let partners = Partners()

                            simulation.Invariant(
                                "paid or refunded",
                                fun (run: SimulatedRun) ->
                                    run.IsCompleted || partners.Charged.IsEmpty
                            )

                            order partners),
                        Placed [ { Sku = "pen"; Count = 2 } ],
                        100,
                        SimulationOptions().WithSignal(approval, [ true; false ])
                    )

                Expect.equal report.SeedCount 100 "all of them held"
            })
        ]

/// What the guide shows, runs.
type Guide() =

    static let others =
        testList "others" [
            check "of an empty order nothing is shipped" (fun () -> task {
                let! told = Running.told (Partners())
                Expect.equal told "rejected: there is nothing to ship" "told"
            })
            check "bodies" (fun () -> task {
                let! ended = Bodies.steps |> Workflow.run Bodies.Fetch
                Expect.equal ended (Ok Bodies.Done) "all of them"
            })
            check "kinds" (fun () -> task {
                let! ended = Kinds.importing |> Workflow.run (Kinds.Import [ "one"; "two" ])
                Expect.equal ended (Ok Kinds.Done) "all of them"
            })
            check "a total function" (fun () -> task {
                let! ended = Total.order |> Workflow.run Total.Reserve
                Expect.equal ended (Ok Total.Done) "its exit"
            })
            check "a journal" (fun () -> task {
                use folder = new Folder()
                let! all, ended = Running.journaled folder.Path (Partners())
                Expect.equal all (Ok Map.empty) "nothing to go on with"
                Expect.equal ended (Ok(Rejected "there is nothing to ship")) "its exit"
                do! FasterCheckpointStore.CloseAsync folder.Path
            })
            check "an engine" (fun () -> task {
                use folder = new Folder()
                let! ended = Running.engine folder.Path (Partners())
                Expect.equal (Suite.shipped ended) (Ok true) "its exit"
                let! explored = Running.explored folder.Path

                // Any two of the three suppliers may be the first.
                let amount, supplier =
                    if explored |> List.contains "at row 2 6 to sea" then
                        6, "sea"
                    else
                        10, "north"

                Expect.contains explored $"at row 2 {amount} to {supplier}" "its states"

                Expect.contains
                    explored
                    $"Finished Shipped: Some({{\"Shipped\":{{\"parcel\":\"{supplier}, True\"}}}})"
                    "its rows"

                Expect.contains explored "0 values in its store at row 0" "its data"
            })
            check "a schedule" (fun () -> task {
                use engine = Engine.inMemory ()
                let! running = Running.scheduled engine (order (Partners()))
                let table = running |> Result.map (Schedule.flows >> List.length)
                Expect.equal table (Ok 2) "its flows"
            })
        ]

    static member Ordering = Examples.rows Suite.ordering

    [<Theory; MemberData("Ordering")>]
    [<Trait("ID", "Y36")>]
    member _.``an order on one page``(example: Example) = Examples.run Suite.ordering example

    static member Others = Examples.rows others

    [<Theory; MemberData("Others")>]
    [<Trait("ID", "Y36"); Trait("ID", "Y38")>]
    member _.``what the guide shows``(example: Example) = Examples.run others example
