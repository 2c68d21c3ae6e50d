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

    static let problems validated =
        match validated with
        | Ok() -> []
        | Error error ->
            match CanoError.fault error with
            | Fault.Configuration problems -> List.ofArray problems
            | fault -> failtest $"{fault}"

    static let validating =
        testList "validating" [
            check
                "a case without work that is no exit is told, and runs may do without it"
                (fun () -> task {
                    let forgetful = workflow {
                        state Parcel.Packed (fun _ items -> task {
                            return
                                if items.IsEmpty then
                                    Parcel.Sent ""
                                else
                                    Parcel.Weighed(1, items)
                        })

                        exit Parcel.Sent
                    }

                    for told in
                        [
                            Workflow.validate forgetful
                            Workflow.validateFrom (Parcel.Packed []) forgetful
                        ] do
                        let problem = Expect.wantSome (List.tryExactlyOne (problems told)) "one"
                        Expect.stringContains problem "'Weighed'" "the case"

                    let! ended = forgetful |> Workflow.run (Parcel.Packed [])
                    Expect.equal ended (Ok(Parcel.Sent "")) "it did not come there"
                    let! failed = forgetful |> Workflow.run (Parcel.Packed [ "pen" ])
                    let category = failed |> Result.mapError CanoError.category
                    Expect.equal category (Error "workflow") "it did"
                })
            test "where every state declares what follows, none other can be come to" {
                let declared = workflow {
                    state Parcel.Packed (fun _ _ -> task { return Parcel.Sent "" })
                    edges Parcel.Packed [ Parcel.Sent "" ]
                    exit Parcel.Sent
                }

                Expect.isOk (Workflow.validate declared) "sound"
            }
            test "of a total function nothing is missing, and of texts nobody knows" {
                let total =
                    Workflow.total (function
                        | Parcel.Packed _ -> Handle.run (fun _ -> task { return Parcel.Sent "" })
                        | Parcel.Weighed _
                        | Parcel.Sent _ -> Handle.exit)

                Expect.isOk (Workflow.validate total) "all of them"

                let texts = workflow {
                    state "begin" (fun ctx -> task { return ctx.State + "!" })
                    exit "end"
                }

                Expect.isOk (Workflow.validate texts) "nobody knows"
            }
        ]

    static member Validating = Examples.rows validating

    [<Theory; MemberData("Validating")>]
    [<Trait("ID", "Y45")>]
    member _.``a case of which nothing is said is told``(example: Example) =
        Examples.run validating example

    static member Resuming = Examples.rows resuming

    [<Theory; MemberData("Resuming")>]
    [<Trait("ID", "Y38")>]
    member _.``what became of a run is a value``(example: Example) = Examples.run resuming example
