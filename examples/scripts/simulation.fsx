// A thousand lives of one workflow: tasks that fail, disks that fail, crashes, cancels, a clock
// that jumps. Each seed is a life that can be lived again.
#load "cano.fsx"

open Cano
open Cano.FSharp
open Cano.Testing

type Order =
    | Reserve
    | Charge of items: int
    | Ship
    | Shipped

/// The workflow, and a ledger of what the outside world saw of it.
let order (simulation: Simulation) =
    let ledger = CompensationLedger()

    simulation.Invariant(
        "what is left was shipped, or nothing is left",
        fun (run: SimulatedRun) ->
            run.IsCompleted = (Seq.length ledger.Left = 2) || Seq.isEmpty ledger.Left
    )

    workflow {
        compensate
            Reserve
            (fun ctx -> task {
                ledger.Do ctx |> ignore
                return Charge 2, "shelf 4"
            })
            (fun ctx _ -> task { ledger.Undo ctx |> ignore })

        compensate
            Charge
            (fun ctx items -> task {
                ledger.Do ctx |> ignore
                return Ship, items * 20
            })
            (fun ctx _ -> task { ledger.Undo ctx |> ignore })

        state Ship (fun _ -> async { return Shipped })
        exit Shipped
    }

let report = Simulate.RunAsync(order, Reserve, 1000) |> await
printfn $"{report.SeedCount} lives, each with its promise kept"

printfn
    $"some were completed: {report.CompletedCount > 0}; some were undone: {report.FailedCount > 0}"

// It prints:
//
//     1000 lives, each with its promise kept
//     some were completed: True; some were undone: True
