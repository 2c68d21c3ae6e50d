namespace Cano.FSharp.Tests

open System
open System.Threading.Tasks
open Cano
open Cano.FSharp
open Cano.Properties
open Cano.Testing
open Expecto
open global.Xunit

/// Work of many branches, items and children.
type FanOuts() =

    static let branch name =
        Branch.task name (fun _ -> task { return "ignored" })

    static let broken name =
        Branch.taskWith TaskConfig.Minimal name (fun _ -> async { return failwith "broken" })

    /// What a split with two good branches and a broken one comes to.
    static let split join =
        workflow {
            split "quote" [ branch "north"; broken "south"; branch "east" ] join

            state "pick" (fun ctx -> task {
                let result = Context.splitResult ctx |> Option.get

                return
                    if result.Errors.Count = 1 then
                        "one failed"
                    else
                        "no failure"
            })

            exits [ "one failed"; "no failure" ]
        }
        |> Workflow.run "quote"

    static let joins =
        testList "joins" [
            for name, join in
                [
                    "quorum", Join.quorum 2
                    "percentage", Join.percentage 0.6
                    "partialResults", Join.partialResults 2
                ] do
                check name (fun () -> task {
                    do!
                        split (join "pick" |> Join.waitForAll |> Join.bulkhead 1)
                        |> ended "one failed"
                })
            check "any" (fun () -> task {
                do! split (Join.any "pick" |> Join.bulkhead 1) |> ended "no failure"
            })
            check "all" (fun () -> task {
                let! outcome = split (Join.all "pick")
                let error = Expect.wantError outcome "a branch failed"

                match CanoError.fault error with
                | Fault.Workflow _ -> ()
                | fault -> failtest $"{fault}"
            })
            check "partialTimeout" (fun () -> task {
                let time = VirtualTime()

                let slow =
                    Branch.task "slow" (fun ctx -> task {
                        do!
                            Task.Delay(
                                TimeSpan.FromHours 1.,
                                ctx.TimeProvider,
                                ctx.CancellationToken
                            )

                        return "ignored"
                    })

                let order =
                    workflow {
                        split
                            "quote"
                            [ branch "north"; slow ]
                            (Join.partialTimeout "pick" |> Join.timeout (TimeSpan.FromSeconds 5.))

                        state "pick" (fun ctx -> task {
                            return (Context.splitResult ctx |> Option.get).Successes[0].Name
                        })

                        exit "north"
                    }
                    |> Workflow.withTimeProvider time

                do! time.RunAsync(order |> Workflow.run "quote") |> ended "north"
            })
            check "storePartial" (fun () -> task {
                let order = workflow {
                    resource "store" (MemoryStore.Durable())
                    split "quote" [ branch "north" ] (Join.all "between" |> Join.storePartial)
                    router "between" (fun _ -> "pick")

                    state "pick" (fun ctx -> task {
                        return
                            if ctx.Store.Contains "split_results" then
                                "kept"
                            else
                                "lost"
                    })

                    exits [ "kept"; "lost" ]
                }

                do! order |> Workflow.run "quote" |> ended "kept"
            })
            check "branches that are listed at each entry" (fun () -> task {
                do!
                    workflow {
                        splitBy
                            "quote"
                            (fun ctx -> [ branch ctx.State; branch "more" ])
                            (Join.all "pick")

                        state "pick" (fun ctx -> task {
                            return (Context.splitResult ctx |> Option.get).Successes[0].Name
                        })

                        exit "quote"
                    }
                    |> Workflow.run "quote"
                    |> ended "quote"
            })
        ]

    static let items =
        testList "items" [
            check "a branch for each, and a choice by what they gave" (fun () -> task {
                do!
                    workflow {
                        each
                            "quote"
                            (fun _ -> [ "north"; "south"; "east" ])
                            (fun _ supplier -> async {
                                return
                                    if supplier = "south" then
                                        failwith "shut"
                                    else
                                        supplier.Length
                            })
                            (Join.quorum 2 >> Join.waitForAll >> Join.attempts TaskConfig.Minimal)
                            (fun _ prices ->
                                let cheapest = prices.Succeeded |> Seq.minBy _.Value
                                $"{cheapest.Item} of {prices.Total}, without {prices.Failed[0].Item}")

                        exit "east of 3, without south"
                    }
                    |> Workflow.run "quote"
                    |> ended "east of 3, without south"
            })
            check "items that take an await, and results in the state behind" (fun () -> task {
                do!
                    workflow {
                        each
                            "quote"
                            (fun _ -> task { return [| 1; 2 |] })
                            (fun _ number -> ValueTask<_>(number * 2))
                            Join.all
                            (fun _ _ -> "pick")

                        state "pick" (fun ctx -> task {
                            let results = Context.branchResults<int, int> ctx
                            return results.Succeeded |> Seq.sumBy _.Value |> string
                        })

                        exit "6"
                    }
                    |> Workflow.run "quote"
                    |> ended "6"
            })
            check "a batch finishes with every result" (fun () -> task {
                let order = workflow {
                    batch
                        "import"
                        (fun _ -> async { return seq { 1..3 } })
                        (fun _ row -> task {
                            return if row = 2 then failwith "smudged" else row * 10
                        })
                        (fun _ results ->
                            results
                            |> List.map (function
                                | Ok value -> string value
                                | Error error -> error.Category)
                            |> String.concat " ")

                    concurrency "import" 3
                    exit "10 task_execution 30"
                }

                do! order |> Workflow.run "import" |> ended "10 task_execution 30"
            })
        ]

    static let payment =
        workflow {
            name "payment"

            state "charge" (fun ctx -> task {
                let amount = Context.input<int> ctx

                if amount > 100 then
                    failwith "too much"

                ctx |> Context.output (amount * 2)
                return "paid"
            })

            attempts "charge" TaskConfig.Minimal
            exit "paid"
        }
        |> Workflow.accepts<int, _>

    static let greeting = workflow {
        name "greeting"
        state "greet" (fun _ -> task { return "greeted" })
        exit "greeted"
    }

    static let inEngine order = task {
        use engine = Engine.inMemory () |> Engine.add order
        let! run = engine |> Engine.start order "begin" "order-1"
        return! Run.completion (Expect.wantOk run "begun")
    }

    static let told ended =
        match Child.result ended with
        | Ok exit -> exit
        | Error error -> error.Category

    static let children =
        testList "children" [
            check "one" (fun () -> task {
                do!
                    workflow {
                        name "parent"
                        child "begin" greeting "greet" (fun _ ended -> told ended)
                        exit "greeted"
                    }
                    |> inEngine
                    |> ended "greeted"
            })
            check "one with an input, which failed" (fun () -> task {
                do!
                    workflow {
                        name "parent"

                        childWith "begin" payment "charge" (fun _ -> 120) (fun _ ended ->
                            told ended)

                        exit "task_execution"
                    }
                    |> inEngine
                    |> ended "task_execution"
            })
            check "one for each item" (fun () -> task {
                do!
                    workflow {
                        name "parent"

                        children
                            "begin"
                            (fun _ -> [ 10; 20 ])
                            payment
                            "charge"
                            Join.all
                            (fun _ ends -> ends |> List.sumBy Child.output<int, _> |> string)

                        exit "60"
                    }
                    |> inEngine
                    |> ended "60"
            })
            check "several side by side" (fun () -> task {
                do!
                    workflow {
                        name "parent"

                        siblings
                            "begin"
                            [
                                Child.run "hello" greeting "greet"
                                Child.runWith "pay" payment "charge" (fun ctx -> ctx.RunId.Length)
                            ]
                            (Join.all >> Join.bulkhead 1)
                            (fun _ ends ->
                                let hello = ends |> Child.named<string> "hello" |> told
                                let paid: int = ends |> Child.named<string> "pay" |> Child.output
                                $"{hello} {paid}")

                        exit "greeted 14"
                    }
                    |> inEngine
                    |> ended "greeted 14"
            })
        ]

    static member Joins = Examples.rows joins

    [<Theory; MemberData("Joins")>]
    [<Trait("ID", "Y36"); Trait("ID", "Y2")>]
    member _.``a split is joined in a pipeline``(example: Example) = Examples.run joins example

    static member Items = Examples.rows items

    [<Theory; MemberData("Items")>]
    [<Trait("ID", "Y36"); Trait("ID", "W1")>]
    member _.``items are worked on side by side``(example: Example) = Examples.run items example

    static member Children = Examples.rows children

    [<Theory; MemberData("Children")>]
    [<Trait("ID", "Y36"); Trait("ID", "V1"); Trait("ID", "V3"); Trait("ID", "V6")>]
    member _.``a state starts runs of other workflows``(example: Example) =
        Examples.run children example
