namespace Cano.FSharp.Tests

open System
open System.Threading.Tasks
open Cano
open Cano.FSharp
open Cano.Properties
open Cano.Testing
open Expecto
open global.Xunit

/// What F# Interactive prints.
type Shown() =

    static let approval = Signal<bool> "approval"

    static let order = workflow {
        name "order"
        configure _.WithWorkflowVersion(2u)

        state Parcel.Packed (fun _ items -> task { return Parcel.Weighed(items.Length, items) })

        edges Parcel.Packed [ Parcel.Weighed(0, []) ]

        wait
            Parcel.Weighed
            (Wait.empty
             |> Wait.on approval (fun _ _ -> Parcel.Sent "north")
             |> Wait.after (TimeSpan.FromDays 3.) (Parcel.Sent "nowhere"))

        exit Parcel.Sent
    }

    static let lines (text: string) = text.Split '\n' |> List.ofArray

    static let shown =
        testList "shown" [
            test "a workflow is the table of its states and edges" {
                Expect.equal
                    (lines (Printing.workflow order))
                    [
                        "order, version 2"
                        "  state    work                                                  then"
                        "  Packed   Single(Exponential(3))                                Weighed"
                        "  Weighed  Wait(approval: Exponential(3); after 3 d, then Sent)  Sent (after 3 d), any"
                        "  Sent     exit"
                    ]
                    "the table"
            }
            check "a run and its rows are a timeline" (fun () -> task {
                let time = VirtualTime()

                use engine =
                    Engine.inMemoryWith (CanoEngineOptions(TimeProvider = time))
                    |> Engine.add order

                let! run = engine |> Engine.start order (Parcel.Packed [ "pen" ]) "order-1"
                let! ended = time.RunAsync(Run.completion (Expect.wantOk run "begun"))
                Expect.equal ended (Ok(Parcel.Sent "nowhere")) "expired"
                let! rows = engine |> Engine.history "order-1"

                Expect.equal
                    (lines (Printing.timeline (Expect.wantOk rows "rows")))
                    [
                        "  row  after  visit  what          state"
                        "  0    0 s    0      StateEntered  Packed {\"items\":[\"pen\"]}"
                        "  1    0 s    1      StateEntered  Weighed {\"weight\":1,\"items\":[\"pen\"]}"
                        "  2    0 s    1      WaitStarted   Weighed"
                        "  3    3 d    2      Finished      Sent {\"text\":\"nowhere\"}"
                    ]
                    "its rows"

                let! info = engine |> Engine.find "order-1"
                let info = Expect.wantOk info "found" |> Option.get

                Expect.equal
                    (lines (Printing.run info))
                    [
                        "order-1: Completed"
                        "  workflow  order"
                        "  path      Packed → Weighed → Sent"
                        "  started   2000-01-01 00:00:00Z, for 3 d"
                    ]
                    "the run"
            })
            test "every value that has a picture shows it, and no other" {
                Expect.equal (Printing.tryShow order) (Some(Printing.workflow order)) "a workflow"
                Expect.equal (Printing.tryShow "text") None "no other"
                Expect.equal (Printing.tryShow [ 1; 2 ]) None "no other"
                Expect.equal (Printing.tryShow (Ok 1: Result<int, CanoError>)) None "no other"
                Expect.equal (Printing.tryShow (Task.FromResult 1)) None "no other"
            }
        ]

    static let held =
        testList "held" [
            check "a row shows all of what a timeline cuts" (fun () -> task {
                let time = VirtualTime()

                use engine =
                    Engine.inMemoryWith (CanoEngineOptions(TimeProvider = time))
                    |> Engine.add order

                let long = String('x', 80)
                let! run = engine |> Engine.start order (Parcel.Packed [ long ]) "order-1"
                let! _ = time.RunAsync(Run.completion (Expect.wantOk run "begun"))
                let! rows = engine |> Engine.history "order-1"
                let rows = Expect.wantOk rows "rows"
                let timeline = Printing.timeline rows
                Expect.isFalse (timeline.Contains long) "cut"
                Expect.stringContains timeline "Printing.row" "and how to see it"

                Expect.equal
                    (lines (Printing.row rows.Head))
                    [
                        "row 0 of visit 0: StateEntered"
                        "  state     Packed"
                        $"  carries   {{\"Packed\":{{\"items\":[\"{long}\"]}}}}"
                        "  written   2000-01-01 00:00:00Z"
                    ]
                    "whole"
            })
            check "what a task gives is shown in its place" (fun () -> task {
                use engine = Engine.inMemory () |> Engine.add order
                let begun = engine |> Engine.start order (Parcel.Packed []) "order-1"
                let! _ = begun
                let found = engine |> Engine.find "order-1"
                let! info = found
                let info = Expect.wantOk info "found" |> Option.get

                Expect.equal
                    (Printing.tryShow found)
                    (Some $"Ok\nSome\n{Printing.run info}")
                    "a run"

                let lost = engine |> Engine.history "order-2"
                let! _ = lost
                let text = Printing.tryShow lost |> Option.defaultValue ""
                Expect.stringStarts text "Error " "an error in a sentence"
                Expect.stringContains text "'order-2'" "of the run"
                let number = Task.FromResult(Ok 1: Result<int, CanoError>)
                Expect.equal (Printing.tryShow number) (Some "Ok 1") "whatever it is"
                let pending = TaskCompletionSource<Result<int, CanoError>>().Task
                let told = Printing.tryShow pending |> Option.defaultValue ""
                Expect.stringStarts told "a task" "not there yet"
            })
        ]

    static member Shown = Examples.rows shown

    [<Theory; MemberData("Shown")>]
    [<Trait("ID", "Y39")>]
    member _.``values show what a person reads``(example: Example) = Examples.run shown example

    static member Held = Examples.rows held

    [<Theory; MemberData("Held")>]
    [<Trait("ID", "Y46")>]
    member _.``what holds a value shows it, and nothing is cut for good``(example: Example) =
        Examples.run held example
