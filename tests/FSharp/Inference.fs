namespace Cano.FSharp.Tests

open System
open System.Threading.Tasks
open Cano
open Cano.FSharp
open Cano.Properties
open Expecto
open global.Xunit

/// Many lambdas in one builder: each is given its context, its data, its cursor and its items with
/// their types, whatever stands before it, and answers as it likes. That it compiles is the proof.
module Lambdas =

    type Line = { Sku: string; Count: int }

    type Order =
        | Cart of Line list
        | Reserve
        | Quote
        | Charge of amount: int * supplier: string
        | Import of rows: string list
        | Count
        | Look
        | Pick
        | Done of paid: int

    type Receipt = { Key: string; Amount: int }

    let order = workflow {
        resource "store" (MemoryStore.Durable())

        state Cart (fun ctx lines -> task {
            ctx.Store.Put("count", lines |> List.sumBy _.Count)
            return Reserve
        })

        state Reserve (fun ctx -> async {
            ctx.Store.Put("first", ctx.State.Length)
            return Quote
        })

        each
            Quote
            (fun ctx -> [ ctx.State; "south" ])
            (fun ctx supplier -> task { return supplier.Length + ctx.Attempt })
            (Join.all >> Join.bulkhead 1)
            (fun _ prices ->
                let cheapest = prices.Succeeded |> Seq.minBy _.Value
                Charge(cheapest.Value, cheapest.Item))

        compensate
            Charge
            (fun ctx (amount, supplier) -> async {
                let receipt = { Key = ctx.EffectKey; Amount = amount }

                return Import [ supplier; supplier.ToUpperInvariant() ], receipt
            })
            (fun ctx receipt -> task { ctx.Store.Remove receipt.Key |> ignore })

        stepped Import (fun ctx rows cursor -> task {
            let row = cursor |> Option.defaultValue 0
            ctx.Store.Append("imported", rows[row].Length)

            if row + 1 = rows.Length then
                return Step.finish Count
            else
                return Step.more (row + 1)
        })

        batch
            Count
            (fun ctx -> async { return ctx.Store.Get<int list> "imported" })
            (fun _ length -> ValueTask<_>(length * 2))
            (fun ctx doubled ->
                ctx.Store.Put("sum", doubled |> List.sumBy (Result.defaultValue 0))
                Look)

        poll Look (fun ctx ->
            ValueTask<_>(
                if ctx.Store.Contains "sum" then
                    Poll.ready Pick
                else
                    Poll.pending TimeSpan.Zero
            ))

        router Pick (fun ctx -> Done(ctx.Store.Get<int> "sum"))
        exit Done
        concurrency Count 2
        attempts Reserve TaskConfig.Minimal
        edges Reserve [ Quote ]
        undo Charge TaskConfig.Default
        configure (fun w -> w.WithTotalTimeout(TimeSpan.FromMinutes 1.))
    }

/// What compiles, runs.
type Inference() =

    static let runs =
        testList "runs" [
            check "from a case with data to an exit with data" (fun () -> task {
                let! ended =
                    Lambdas.order
                    |> Workflow.run (
                        Lambdas.Cart [
                            {
                                Lambdas.Sku = "pen"
                                Lambdas.Count = 3
                            }
                        ]
                    )

                Expect.equal ended (Ok(Lambdas.Done 20)) "twice five letters, twice"
            })
        ]

    static member Runs = Examples.rows runs

    [<Theory; MemberData("Runs")>]
    [<Trait("ID", "Y36")>]
    member _.``many lambdas of all answers in one builder``(example: Example) =
        Examples.run runs example
