namespace Cano.FSharp.Tests

open Cano
open Cano.FSharp
open Cano.Properties
open Cano.Testing
open Expecto
open global.Xunit

/// Workflows without an engine: what they are told, how they are gone on with.
type Resuming() =

    static let parcels = workflow {
        name "parcels"

        state Parcel.Packed (fun _ items -> task {
            return Parcel.Weighed(items.Length * 10, items)
        })

        state Parcel.Weighed (fun ctx (weight, items) -> task {
            let text = String.concat ", " items
            return Parcel.Sent $"{text}: {weight} at {ctx.Attempt}"
        })

        exit Parcel.Sent
    }

    static let resuming =
        testList "resuming" [
            check "what a case carries is there again after a crash" (fun () -> task {
                use folder = new Folder()
                let! store = FasterCheckpointStore.OpenAsync folder.Path
                let crashing = CrashingCheckpointStore(store, 2, CrashPoint.AfterAppend)

                let! cut =
                    parcels
                    |> Workflow.withCheckpointStore crashing
                    |> Workflow.runAs "p-1" (Parcel.Packed [ "pen"; "ink" ])

                Expect.isError cut "the process is dead"
                do! store.DisposeAsync()
                let! store = FasterCheckpointStore.OpenAsync folder.Path
                let again = parcels |> Workflow.withCheckpointStore store
                let! ended = again |> Workflow.resume "p-1"
                Expect.equal ended (Ok(Parcel.Sent "pen, ink: 20 at 1")) "its data"
                do! store.DisposeAsync()
            })
            check "resuming all tells of each" (fun () -> task {
                let store = new MemoryCheckpointStore()
                let crashing = CrashingCheckpointStore(store, 1, CrashPoint.AfterAppend)

                let! _ =
                    parcels
                    |> Workflow.withCheckpointStore crashing
                    |> Workflow.runAs "p-1" (Parcel.Packed [])

                let! all = parcels |> Workflow.withCheckpointStore store |> Workflow.resumeAll 4
                Expect.equal all (Ok(Map.ofList [ "p-1", Ok(Parcel.Sent ": 0 at 1") ])) "the one"
            })
            check "without a name, why none can be is a value" (fun () -> task {
                let nameless = workflow {
                    state "begin" (fun _ -> task { return "end" })
                    exit "end"
                }

                let! all = nameless |> Workflow.resumeAll 4
                let category = all |> Result.mapError CanoError.category
                Expect.equal category (Error "configuration") "why"
            })
            test "every problem of the wiring is told" {
                let broken = workflow {
                    split "begin" [] (Join.all "nowhere")
                    exit "end"
                }

                match Workflow.validate broken with
                | Ok() -> failtest "it is broken"
                | Error error ->
                    match CanoError.fault error with
                    | Fault.Configuration problems -> Expect.equal problems.Length 2 "both"
                    | fault -> failtest $"{fault}"

                Expect.isOk (Workflow.validateFrom (Parcel.Packed []) parcels) "this one is not"
            }
            check "a run that is stopped is cancelled" (fun () -> task {
                use stop = new System.Threading.CancellationTokenSource()

                let! outcome =
                    workflow {
                        state "begin" (fun ctx -> async {
                            stop.Cancel()
                            do! Async.Sleep 60_000
                            return ctx.State
                        })

                        exit "end"
                    }
                    |> Workflow.runUntil stop.Token "r-1" "begin"

                let category = outcome |> Result.mapError CanoError.category
                Expect.equal category (Error "cancelled") "told to stop"
            })
        ]

    static member Resuming = Examples.rows resuming

    [<Theory; MemberData("Resuming")>]
    [<Trait("ID", "Y38")>]
    member _.``what became of a run is a value``(example: Example) = Examples.run resuming example
