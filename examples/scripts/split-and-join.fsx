// Branches side by side: three suppliers are asked, and two answers are enough.
#load "cano.fsx"

open System
open Cano
open Cano.FSharp

type Step =
    | Quote of article: string
    | Order of supplier: string * price: int
    | Ordered of supplier: string

let price supplier =
    match supplier with
    | "north" -> 40
    | "south" -> 30
    | _ -> failwith "shut"

let buying = workflow {
    each
        Quote
        (fun _ article -> [ for supplier in [ "north"; "south"; "sea" ] -> supplier, article ])
        (fun _ (supplier, _) -> task { return price supplier })
        // It is certain as soon as two have answered; here the third may fail for all to see.
        (Join.quorum 2 >> Join.waitForAll >> Join.attempts TaskConfig.Minimal)
        (fun _ quotes ->
            for quote in quotes.Succeeded do
                printfn $"{fst quote.Item}: {quote.Value}"

            for fault in quotes.Failed do
                printfn $"{fst fault.Item}: {fault.Error.Message}"

            let cheapest = quotes.Succeeded |> Seq.minBy _.Value
            Order(fst cheapest.Item, cheapest.Value))

    router Order (fun _ (supplier, price) ->
        if price < 35 then Ordered supplier else Ordered "nobody")

    exit Ordered
}

buying |> Workflow.run (Quote "pens") |> await |> printfn "%A"

// It prints:
//
//     north: 40
//     south: 30
//     sea: Exception: shut
//     Ok (Ordered "south")
