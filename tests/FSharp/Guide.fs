namespace Cano.FSharp.Tests.Guide

// The snippets of docs/fsharp.md, line by line. What stands between them makes them a program.

open System
open System.Threading.Tasks
open Cano
open Cano.FSharp

type Receipt = { Id: string; Amount: decimal }

/// Who is outside.
type Partners() =
    member val Charged: Map<string, decimal> = Map.empty with get, set
    member val Refunded: string list = [] with get, set

    member _.Quote(supplier: string, lines: (string * int) list) = task {
        return decimal supplier.Length * decimal (List.sumBy snd lines)
    }

    member partners.Charge(amount: decimal, key: string) = task {
        partners.Charged <- partners.Charged |> Map.add key amount
        return { Id = key; Amount = amount }
    }

    member partners.Refund(receipt: Receipt, key: string) = task {
        if not (List.contains key partners.Refunded) then
            partners.Refunded <- key :: partners.Refunded
            partners.Charged <- partners.Charged |> Map.remove receipt.Id
    }

    member _.Ship(supplier: string, key: string) = async { return $"{supplier}, {key.Length > 0}" }

module Ordering =

    type Line = { Sku: string; Count: int }

    type Order =
        | Placed of Line list
        | Quoting of Line list
        | Charging of supplier: string * amount: decimal
        | Approving of supplier: string
        | Declined
        | Shipping of supplier: string
        | Shipped of parcel: string
        | Rejected of why: string

    let approval = Signal<bool> "approval"

    let order (partners: Partners) = workflow {
        name "order"

        router Placed (fun _ lines ->
            if lines.IsEmpty then
                Rejected "there is nothing to ship"
            else
                Quoting lines)

        each
            Quoting
            (fun _ lines -> [ for supplier in [ "north"; "south"; "sea" ] -> supplier, lines ])
            (fun _ (supplier, lines) ->
                partners.Quote(supplier, [ for line in lines -> line.Sku, line.Count ]))
            (Join.quorum 2 >> Join.timeout (TimeSpan.FromSeconds 5.))
            (fun _ quotes ->
                let cheapest = quotes.Succeeded |> Seq.minBy _.Value
                Charging(fst cheapest.Item, cheapest.Value))

        compensate
            Charging
            (fun ctx (supplier, amount) -> task {
                let! receipt = partners.Charge(amount, ctx.EffectKey)
                return Approving supplier, receipt
            })
            (fun ctx receipt -> partners.Refund(receipt, ctx.EffectKey))

        wait
            Approving
            (Wait.empty
             |> Wait.on approval (fun ctx yes ->
                 if yes then
                     Shipping(ctx |> Context.data Approving)
                 else
                     Declined)
             |> Wait.after (TimeSpan.FromDays 3.) Declined)

        state Declined (fun _ -> task { return failwith "nobody approved it" })

        state Shipping (fun ctx supplier -> async {
            let! parcel = partners.Ship(supplier, ctx.EffectKey)
            return Shipped parcel
        })

        attempts Declined TaskConfig.Minimal
        attempts Shipping (TaskConfig.Default.WithAttemptTimeout(TimeSpan.FromMinutes 1.))
        exit Shipped
        exit Rejected
    }

module Bodies =

    let one = fun (ctx: TaskContext) -> task { return ctx.State }

    type Step =
        | Fetch
        | Parse
        | Store
        | Done

    let fetch (ctx: TaskContext) = task {
        do! Task.Delay(10, ctx.CancellationToken)
        return Parse
    }

    type Storing() =
        interface ITask<Step> with
            member _.RunAsync(_, _) = ValueTask<_> Done

    let steps = workflow {
        resource "store" (MemoryStore.Durable())
        state Fetch fetch

        state Parse (fun ctx -> async {
            ctx.Store.Put("parsed", ctx.Attempt)
            return Store
        })

        state Store (Body.ofTask (Storing()))
        exit Done
    }

module Kinds =

    type Step =
        | Import of rows: string list
        | Resize
        | Look
        | Rest
        | Quote
        | Pick
        | Done

    let importing = workflow {
        stepped Import (fun ctx rows cursor -> task {
            let row = cursor |> Option.defaultValue 0
            ctx.ReportProgress(float (row + 1), float rows.Length, "rows")

            if row + 1 = rows.Length then
                return Step.finish Resize
            else
                return Step.more (row + 1)
        })

        batch
            Resize
            (fun _ -> [ "a.png"; "b.png" ])
            (fun _ picture -> task { return picture.Length })
            (fun _ results -> if results |> List.forall Result.isOk then Look else Done)

        poll Look (fun ctx -> task {
            if ctx.Attempt > 0 then
                return Poll.ready Rest
            else
                return Poll.pending (TimeSpan.FromSeconds 5.)
        })

        timer Rest (TimeSpan.FromMilliseconds 1.) Quote

        split
            Quote
            [
                for name in [ "north"; "south" ] -> Branch.task name (fun _ -> task { return Pick })
            ]
            (Join.quorum 1 Pick |> Join.timeout (TimeSpan.FromSeconds 5.))

        router Pick (fun _ -> Done)
        concurrency Resize 2
        edges Pick [ Done ]
        exit Done
    }

module Total =

    type Step =
        | Reserve
        | Charge of amount: int
        | Done

    let order =
        Workflow.total (function
            | Reserve -> Handle.run (fun _ -> task { return Charge 40 })
            | Charge amount ->
                Handle.compensate
                    (fun ctx -> task { return Done, $"{ctx.EffectKey}: {amount}" })
                    (fun _ receipt -> task { printfn $"refunds {receipt}" })
                |> Handle.attempts (TaskConfig.Default.WithExponentialRetry 5)
            | Done -> Handle.exit)
        |> Workflow.withName "order"

open Ordering

module Running =

    let told (partners: Partners) = task {
        match! order partners |> Workflow.run (Placed []) with
        | Ok(Shipped parcel) -> return $"shipped: {parcel}"
        | Ok(Rejected why) -> return $"rejected: {why}"
        | Ok other -> return $"{other} is no exit"
        | Error error ->
            match error.Fault with
            | Fault.Cancelled -> return "stopped"
            | Fault.WorkflowTimeout(elapsed, _) -> return $"too late, after {elapsed}"
            | Fault.CompensationFailed failures -> return $"{failures.Length} things to look at"
            | _ -> return $"in {CanoError.state error}: {error.Message}"
    }

    let journaled (directory: string) (partners: Partners) = task {
        let durable = order partners |> Workflow.withCheckpoints directory
        let! all = durable |> Workflow.resumeAll 16
        let! ended = durable |> Workflow.runAs "order-42" (Placed [])
        return all, ended
    }

    let engine (directory: string) (partners: Partners) = task {
        match! Engine.openAt directory with
        | Error error -> return failwith error.Message
        | Ok engine ->
            use engine = engine
            let order = order partners
            engine |> Engine.add order |> ignore

            let! started =
                engine |> Engine.start order (Placed [ { Sku = "pen"; Count = 2 } ]) "order-42"

            let! sent = engine |> Engine.signal approval true "order-42"

            match started, sent with
            | Ok run, Ok() -> return! Run.completion run
            | Error error, _
            | _, Error error -> return Error error
    }

    let scheduled (engine: CanoEngine) order =
        engine
        |> Engine.schedule (
            Schedule.cron "nightly" "0 2 * * *" order (Placed [])
            >> Schedule.every "hourly" (TimeSpan.FromHours 1.) order (Placed [])
        )

    let explored (directory: string) = task {
        match! Engine.openAt directory with
        | Error error -> return [ error.Message ]
        | Ok engine ->
            let! states = engine |> Engine.states<Order> "order-42"
            let! rows = engine |> Engine.history "order-42"
            let! before = engine |> Engine.dataAt 0L "order-42"
            do! Engine.close engine

            return [
                for row, state in states |> Result.defaultValue [] do
                    match state with
                    | Charging(supplier, amount) -> $"at row {row} {amount} to {supplier}"
                    | other -> $"at row {row} {other}"

                for row in rows |> Result.defaultValue [] do
                    $"{row.Kind} {row.State}: {Row.data row}"

                match before with
                | Ok data -> $"{data.Count} values in its store at row 0"
                | Error error -> error.Message
            ]
    }
