namespace Cano.FSharp.Tests

open System
open System.Threading.Tasks
open Cano
open Cano.FSharp
open Cano.Properties
open Cano.Testing
open Expecto
open global.Xunit

/// Every kind of work of one body, in a workflow of its own.
type Kinds() =

    static let states (rows: CheckpointRow list) = rows |> List.map _.State

    static let bodies =
        testList "bodies" [
            check "a task" (fun () -> task {
                do!
                    workflow {
                        state "begin" (fun ctx -> task { return ctx.State + "ning" })
                        exit "beginning"
                    }
                    |> Workflow.run "begin"
                    |> ended "beginning"
            })
            check "a value task" (fun () -> task {
                do!
                    workflow {
                        state DayOfWeek.Friday (fun ctx ->
                            ValueTask<_>(enum<DayOfWeek>(ctx.Attempt - 1)))

                        exit DayOfWeek.Sunday
                    }
                    |> Workflow.run DayOfWeek.Friday
                    |> ended DayOfWeek.Sunday
            })
            check "an async, which has the token of its body" (fun () -> task {
                let mutable same = false

                do!
                    workflow {
                        state "begin" (fun ctx -> async {
                            let! token = Async.CancellationToken
                            same <- (token = ctx.CancellationToken)
                            return "end"
                        })

                        exit "end"
                    }
                    |> Workflow.run "begin"
                    |> ended "end"

                Expect.isTrue same "one token"
            })
            check "a task of a class, under its own name and tried as it says" (fun () -> task {
                let failing =
                    FailingTask.OnAttempts(
                        [ 1 ],
                        "end",
                        TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero)
                    )

                let order = workflow {
                    state "begin" (Body.ofTask failing)
                    exit "end"
                }

                do! order |> Workflow.run "begin" |> ended "end"
                Expect.equal failing.CallCount 2 "a second attempt"
                Expect.equal order.Definition.States[0].Task failing.Name "its name"
            })
            check "a task of a class, tried as the workflow says" (fun () -> task {
                let failing = FailingTask.OnAttempts([ 1 ], "end", TaskConfig.Default)

                let! outcome =
                    workflow {
                        state "begin" (Body.ofTask failing)
                        attempts "begin" TaskConfig.Minimal
                        exit "end"
                    }
                    |> Workflow.run "begin"

                Expect.isError outcome "one attempt"
                Expect.equal failing.CallCount 1 "one attempt"
            })
        ]

    static let work =
        testList "work" [
            check "a router leaves no row" (fun () -> task {
                let order = workflow {
                    name "routed"
                    state "begin" (fun _ -> task { return "fork" })
                    router "fork" (fun ctx -> if ctx.State = "fork" then "end" else "begin")
                    exit "end"
                    configure _.WithRetention(Retention.Keep)
                }

                let engine = Engine.inMemory () |> Engine.add order
                let! run = engine |> Engine.start order "begin" "r-1"
                let run = Expect.wantOk run "begun"
                do! Run.completion run |> ended "end"
                let! rows = engine |> Engine.history "r-1"
                Expect.equal (Result.map states rows) (Ok [ "begin"; "end" ]) "none of the fork"
            })
            check "a calculation is pure" (fun () -> task {
                let order = workflow {
                    calculate "begin" (fun ctx -> ctx.State.Replace("begin", "end"))
                    exit "end"
                }

                do! order |> Workflow.run "begin" |> ended "end"
                Expect.isTrue order.Definition.States[0].Step.IsPure "declared"
            })
            check "a step of a saga is undone with its output" (fun () -> task {
                let undone = ResizeArray<int * string>()

                let! outcome =
                    workflow {
                        compensate
                            "charge"
                            (fun ctx -> task { return "ship", ctx.State.Length })
                            (fun ctx receipt -> task { undone.Add((receipt, ctx.State)) })

                        state "ship" (fun _ -> task { return failwith "no courier" })
                        attempts "ship" TaskConfig.Minimal
                        exit "done"
                    }
                    |> Workflow.run "charge"

                let error = Expect.wantError outcome "undone"

                Expect.equal
                    (CanoError.fault error)
                    (Fault.TaskExecution "Exception: no courier")
                    "why"

                Expect.equal (CanoError.state error) (Some "ship") "where"
                Expect.sequenceEqual undone [ 6, "charge" ] "the output"
            })
            check "a compensation is tried as it is said" (fun () -> task {
                let mutable tries = 0

                let! outcome =
                    workflow {
                        compensate
                            "charge"
                            (fun _ -> async { return "ship", 40 })
                            (fun _ receipt -> async {
                                tries <- tries + 1

                                if tries * receipt < 80 then
                                    failwith "bank is closed"
                            })

                        undo "charge" (TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero))
                        state "ship" (fun _ -> task { return failwith "no courier" })
                        attempts "ship" TaskConfig.Minimal
                        exit "done"
                    }
                    |> Workflow.run "charge"

                let error = Expect.wantError outcome "undone"
                Expect.equal (CanoError.category error) "task_execution" "undone at last"
                Expect.equal tries 2 "twice"
            })
            check "a poll asks until it is ready" (fun () -> task {
                let time = VirtualTime()
                let mutable asked = 0

                let order =
                    workflow {
                        poll "look" (fun _ -> task {
                            asked <- asked + 1

                            if asked < 3 then
                                return Poll.pending (TimeSpan.FromSeconds 5.)
                            else
                                return Poll.ready "end"
                        })

                        exit "end"
                    }
                    |> Workflow.withTimeProvider time

                do! time.RunAsync(order |> Workflow.run "look") |> ended "end"
                Expect.equal asked 3 "three times"
            })
            check "a timer waits" (fun () -> task {
                let time = VirtualTime()
                let begun = time.GetUtcNow()

                let order =
                    workflow {
                        timer "sleep" (TimeSpan.FromDays 3.) "end"
                        exit "end"
                    }
                    |> Workflow.withTimeProvider time

                do! time.RunAsync(order |> Workflow.run "sleep") |> ended "end"
                Expect.equal (time.GetUtcNow() - begun) (TimeSpan.FromDays 3.) "three days"
            })
            check "steps go on from a cursor" (fun () -> task {
                let seen = ResizeArray<int option>()

                do!
                    workflow {
                        stepped "import" (fun _ cursor -> task {
                            seen.Add cursor
                            let row = cursor |> Option.defaultValue 0

                            if row = 2 then
                                return Step.finish "end"
                            else
                                return Step.more (row + 1)
                        })

                        exit "end"
                    }
                    |> Workflow.run "import"
                    |> ended "end"

                Expect.sequenceEqual seen [ None; Some 1; Some 2 ] "none at first"
            })
            check "a stream flushes windows, and closes" (fun () -> task {
                let windows = ResizeArray<int list>()

                let readings = workflow {
                    stream
                        "read"
                        (fun _ cursor ->
                            Seq.filter (fun reading -> Some reading > cursor) [ 1..5 ])
                        (fun _ reading -> task { return reading * 10, reading })
                        (fun _ outputs -> async {
                            windows.Add outputs
                            return Window.readOn
                        })
                        (fun _ reason -> ValueTask<_>(string reason))

                    window "read" (StreamWindow.Count 2)
                    exit "Exhausted"
                }

                do! readings |> Workflow.run "read" |> ended "Exhausted"
                Expect.sequenceEqual windows [ [ 10; 20 ]; [ 30; 40 ]; [ 50 ] ] "two at a time"
            })
            check "a stream leaves out what fails, and stops when it is told" (fun () -> task {
                let outputs = ResizeArray<int>()

                do!
                    workflow {
                        stream
                            "read"
                            (fun _ _ -> [ 1..9 ])
                            (fun _ reading -> task {
                                return
                                    (if reading = 2 then failwith "smudged" else reading), reading
                            })
                            (fun _ read -> task {
                                outputs.AddRange read

                                return
                                    if outputs.Count = 3 then
                                        Window.stop "end"
                                    else
                                        Window.readOn
                            })
                            (fun _ _ -> task { return "closed" })

                        itemErrors "read" ItemErrorPolicy.SkipAndContinue
                        exits [ "end"; "closed" ]
                    }
                    |> Workflow.run "read"
                    |> ended "end"

                Expect.sequenceEqual outputs [ 1; 3; 4 ] "without the second"
            })
            check "of edges another answer fails" (fun () -> task {
                let! outcome =
                    workflow {
                        state "begin" (fun _ -> task { return "end" })
                        edges "begin" [ "other" ]
                        attempts "begin" TaskConfig.Minimal
                        exits [ "end"; "other" ]
                    }
                    |> Workflow.run "begin"

                let error = Expect.wantError outcome "refused"
                Expect.equal (CanoError.category error) "workflow" "refused"
            })
            check "resources are shared, or a run's own" (fun () -> task {
                let made = ResizeArray<string>()

                let order = workflow {
                    resource "greeting" "hello"

                    resourcePerRun "list" (fun () ->
                        made.Add "one"
                        ResizeArray<string>())

                    state "begin" (fun ctx -> task {
                        ctx.Get<ResizeArray<string>>("list").Add ctx.State
                        return ctx.Get<string> "greeting"
                    })

                    exit "hello"
                }

                do! order |> Workflow.run "begin" |> ended "hello"
                do! order |> Workflow.run "begin" |> ended "hello"
                Expect.equal made.Count 2 "one each"
            })
            check "what is said of a state without work is refused" (fun () -> task {
                let write () =
                    workflow {
                        state "begin" (fun _ -> task { return "end" })
                        attempts "beginn" TaskConfig.Minimal
                        exit "end"
                    }
                    |> ignore

                let refused = Assert.Throws<CanoException> write
                Expect.equal refused.Error.Category "configuration" "refused"
                Expect.stringContains refused.Message "'beginn'" "named"
            })
        ]

    static member Bodies = Examples.rows bodies

    [<Theory; MemberData("Bodies")>]
    [<Trait("ID", "Y36")>]
    member _.``a body answers as it likes``(example: Example) = Examples.run bodies example

    static member Work = Examples.rows work

    [<Theory; MemberData("Work")>]
    [<Trait("ID", "Y36")>]
    member _.``every kind of work is an operation``(example: Example) = Examples.run work example
