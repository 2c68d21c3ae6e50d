// A run that waits for a person, and what it is while it waits.
#load "cano.fsx"

open System
open Cano
open Cano.FSharp

type Expense =
    | Claim of amount: int
    | Review of amount: int
    | Paid of amount: int
    | Refused

let verdict = Signal<bool> "verdict"

let expense = workflow {
    name "expense"
    router Claim (fun _ amount -> if amount < 50 then Paid amount else Review amount)

    wait
        Review
        (Wait.empty
         |> Wait.on verdict (fun ctx yes ->
             if yes then Paid(ctx |> Context.data Review) else Refused)
         |> Wait.after (TimeSpan.FromDays 3.) Refused)

    exits [ Paid 0; Refused ]
}

let engine = Engine.inMemory () |> Engine.add expense

let started id amount =
    engine |> Engine.start expense (Claim amount) id |> await |> ignore

started "coffee" 4
started "train" 120
started "opera" 300
engine |> Engine.signal verdict true "train" |> await |> ignore
engine |> Engine.signal verdict false "opera" |> await |> ignore

for id in [ "coffee"; "train"; "opera" ] do
    let ended = engine |> Engine.run expense id |> Run.completion |> await
    printfn $"{id}: %A{ended}"

// A signal to a run that has ended, or to nobody, is told.
for id in [ "train"; "taxi" ] do
    match engine |> Engine.signal verdict true id |> await with
    | Ok() -> printfn "accepted"
    | Error error -> printfn $"{id}: {error.Category}"

// It prints:
//
//     coffee: Ok (Paid 4)
//     train: Ok (Paid 120)
//     opera: Ok Refused
//     train: run_ended
//     taxi: run_not_found
