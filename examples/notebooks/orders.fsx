(**
# An order, drawn

A workflow, one of its runs and a schedule, as pictures. This notebook is made from `orders.fsx`,
whose lines can be sent to `dotnet fsi` too. Build first: `dotnet build -c Release`.
*)

#load "../references.fsx"

open System
open System.Threading.Tasks
open Cano
open Cano.FSharp
open Cano.Testing

#if NOTEBOOK
open Microsoft.DotNet.Interactive.Formatting

// A formatter is a function from a value to HTML: any front end that can show HTML can use these.
Formatter.Register<RunInfo>(Func<RunInfo, string> Html.run, "text/html")
Formatter.Register<CheckpointRow list>(Func<CheckpointRow list, string> Html.timeline, "text/html")
Formatter.Register<FlowInfo list>(Func<FlowInfo list, string> Html.schedule, "text/html")
#endif

(**
## What an order goes through

Each case of the union is a state, and what it carries goes with the run. Three suppliers are asked,
two answers are enough; what was charged is given back when the order fails later; a person approves
it.
*)

type Order =
    | Placed of items: string list
    | Quoting of items: string list
    | Charging of supplier: string * amount: int
    | Approving of supplier: string
    | Declined
    | Shipping of supplier: string
    | Shipped of parcel: string
    | Rejected of why: string

let approval = Signal<bool> "approval"

let time = VirtualTime()

let lasts (seconds: float) (ctx: TaskContext) =
    Task.Delay(TimeSpan.FromSeconds seconds, ctx.TimeProvider, ctx.CancellationToken)

let order = workflow {
    name "order"

    router Placed (fun _ items ->
        if items.IsEmpty then
            Rejected "there is nothing to ship"
        else
            Quoting items)

    each
        Quoting
        (fun _ items -> [ for supplier in [ "north"; "south"; "sea" ] -> supplier, items ])
        (fun ctx (supplier, items) -> task {
            do! ctx |> lasts (float supplier.Length)
            return 10 * supplier.Length * List.length items
        })
        (Join.quorum 2 >> Join.timeout (TimeSpan.FromSeconds 30.))
        (fun _ quotes ->
            let cheapest = quotes.Succeeded |> Seq.minBy _.Value
            Charging(fst cheapest.Item, cheapest.Value))

    compensate
        Charging
        (fun ctx (supplier, amount) -> task {
            do! ctx |> lasts 2.
            return Approving supplier, amount
        })
        (fun ctx _ -> lasts 3. ctx)

    wait
        Approving
        (Wait.empty
         |> Wait.on approval (fun ctx yes ->
             if yes then
                 Shipping(ctx |> Context.data Approving)
             else
                 Declined)
         |> Wait.after (TimeSpan.FromMinutes 1.) Declined)

    state Declined (fun _ -> task { return failwith "nobody approved it" })

    state Shipping (fun ctx supplier -> task {
        do! ctx |> lasts 6.
        return Shipped $"{supplier}-1"
    })

    attempts Declined TaskConfig.Minimal
    edges Placed [ Quoting []; Rejected "" ]
    edges Quoting [ Charging("", 0) ]
    edges Charging [ Approving "" ]
    edges Declined [ Rejected "" ]
    edges Shipping [ Shipped "" ]
    exit Shipped
    exit Rejected
}

#if NOTEBOOK
Formatter.Register<Workflow<Order>>(Func<Workflow<Order>, string> Html.workflow, "text/html")
#endif

order

(**
## A run that was approved

Its rows, as a waterfall: a bar for each state, as long as the run was in it. The approval comes
before the run asks for it, and waits.
*)

let engine =
    Engine.inMemoryWith (CanoEngineOptions(TimeProvider = time)) |> Engine.add order

let begun id items =
    engine |> Engine.start order (Placed items) id |> await |> ignore

begun "order-1" [ "lamp"; "desk" ]
engine |> Engine.signal approval true "order-1" |> await |> ignore

time.RunAsync(engine |> Engine.run order "order-1" |> Run.completion)
|> await
|> ignore

let rows id =
    engine |> Engine.history id |> await |> Result.defaultValue []

rows "order-1"

(**
## One that nobody approved

What waits is yellow. After a minute it fails, and goes back: the charge is undone, in red.
*)

begun "order-2" [ "chair" ]

time.RunAsync(engine |> Engine.run order "order-2" |> Run.completion)
|> await
|> ignore

rows "order-2"

(** What is known of it: *)

engine
|> Engine.find "order-2"
|> await
|> Result.toOption
|> Option.flatten
|> Option.get

(**
## A schedule
*)

let backup = workflow {
    name "backup"
    state "copy" (fun _ -> task { return "copied" })
    exit "copied"
}

let running =
    engine
    |> Engine.schedule (fun scheduler ->
        scheduler
            .Cron("nightly", backup, "copy", "30 2 * * *")
            .Cron("weekdays", backup, "copy", "0 9 * * MON-FRI"))
    |> await
    |> Result.toOption
    |> Option.get

List.ofSeq (running.List())
