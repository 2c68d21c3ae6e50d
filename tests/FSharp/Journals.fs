namespace Cano.FSharp.Tests

open System
open Cano
open Cano.FSharp
open Cano.Properties
open Expecto
open global.Xunit

/// Journals, read back by whoever has no more than the type of the states.
type Journals() =

    static let store () =
        Resources().Insert("store", MemoryStore.Durable())

    static let parcels = workflow {
        name "parcels"

        state Parcel.Packed (fun ctx items -> task {
            ctx.Store.Put("count", items.Length)
            return Parcel.Weighed(items.Length * 10, items)
        })

        router Parcel.Weighed (fun _ (weight, items) ->
            Parcel.Sent $"""{String.concat ", " items}: {weight}""")

        exit Parcel.Sent
    }

    static let journals =
        testList "journals" [
            check "a second process reads them with the union alone" (fun () -> task {
                use folder = new Folder()
                let parcels = parcels |> Workflow.withResources (store ())
                let! opened = Engine.openAt folder.Path
                let engine = Expect.wantOk opened "opened" |> Engine.add parcels
                let! run = engine |> Engine.start parcels (Parcel.Packed [ "pen"; "ink" ]) "p-1"
                let! _ = Run.completion (Expect.wantOk run "begun")
                do! engine.DisposeAsync()
                let! opened = Engine.openAt folder.Path
                let engine = Expect.wantOk opened "opened again"
                let! states = engine |> Engine.states<Parcel> "p-1"

                Expect.equal
                    states
                    (Ok [ 0L, Parcel.Packed [ "pen"; "ink" ]; 1L, Parcel.Sent "pen, ink: 20" ])
                    "each as its case; a router leaves no row"

                let! rows = engine |> Engine.history "p-1"

                Expect.equal
                    (rows |> Result.map (List.map Row.data))
                    (Ok [
                        Some """{"Packed":{"items":["pen","ink"]}}"""
                        Some """{"Sent":{"text":"pen, ink: 20"}}"""
                    ])
                    "and as text"

                let! before = engine |> Engine.dataAt 0L "p-1"
                let! now = engine |> Engine.data "p-1"
                Expect.equal before (Ok Map.empty) "nothing yet"
                Expect.equal now (Ok(Map.ofList [ "count", "2" ])) "what it put there"
                do! engine.DisposeAsync()
            })
            check "states of another type are refused in a sentence" (fun () -> task {
                use engine = Engine.inMemory () |> Engine.add parcels
                let! run = engine |> Engine.start parcels (Parcel.Sent "x") "p-1"
                let! _ = Run.completion (Expect.wantOk run "begun")
                let! wrong = engine |> Engine.states<DayOfWeek> "p-1"
                let error = Expect.wantError wrong "no day"
                Expect.equal (CanoError.category error) "workflow" "refused"
                Expect.stringContains error.Message "'Sent'" "named"
                let! none = engine |> Engine.states<Parcel> "p-2"

                Expect.equal
                    (Result.mapError CanoError.category none)
                    (Error "run_not_found")
                    "none"
            })
            check "an enum's and a text's are values too" (fun () -> task {
                let days = workflow {
                    name "days"
                    state DayOfWeek.Friday (fun _ -> task { return DayOfWeek.Sunday })
                    exit DayOfWeek.Sunday
                }

                let texts = workflow {
                    name "texts"
                    state "begin" (fun _ -> task { return "end" })
                    exit "end"
                }

                use engine = Engine.inMemory () |> Engine.add days |> Engine.add texts
                let! day = engine |> Engine.start days DayOfWeek.Friday "d-1"
                let! _ = Run.completion (Expect.wantOk day "begun")
                let! text = engine |> Engine.start texts "begin" "t-1"
                let! _ = Run.completion (Expect.wantOk text "begun")
                let! walked = engine |> Engine.states<DayOfWeek> "d-1"
                Expect.equal walked (Ok [ 0L, DayOfWeek.Friday; 1L, DayOfWeek.Sunday ]) "days"
                let! walked = engine |> Engine.states<string> "t-1"
                Expect.equal walked (Ok [ 0L, "begin"; 1L, "end" ]) "texts"
                let! walked = engine |> Engine.states<DayOfWeek> "t-1"
                Expect.isError walked "no days"
            })
            check "a case that was renamed, and one without fields" (fun () -> task {
                use engine = Engine.inMemory () |> Engine.add Shapes.letter
                let! run = engine |> Engine.start Shapes.letter (Shapes.Weighed None) "l-1"
                let! _ = Run.completion (Expect.wantOk run "begun")
                let! walked = engine |> Engine.states<Shapes.Letter> "l-1"

                Expect.equal
                    walked
                    (Ok [ 0L, Shapes.Weighed None; 1L, Shapes.Sent(TimeSpan.FromHours 26.) ])
                    "its own name, and nothing"
            })
        ]

    static member Journals = Examples.rows journals

    [<Theory; MemberData("Journals")>]
    [<Trait("ID", "Y42")>]
    member _.``a journal is read back as the user's states``(example: Example) =
        Examples.run journals example
