// A saga: what was done is undone, newest first, when a later step fails.
#load "cano.fsx"

open Cano
open Cano.FSharp

type Trip =
    | Flight
    | Hotel
    | Visa
    | Booked

let booking = workflow {
    compensate
        Flight
        (fun _ -> task {
            printfn "books flight 7"
            return Hotel, 7
        })
        (fun _ flight -> task { printfn $"cancels flight {flight}" })

    compensate
        Hotel
        (fun _ -> task {
            printfn "books room 12"
            return Visa, "room 12"
        })
        (fun _ room -> task { printfn $"cancels {room}" })

    state Visa (fun _ -> task { return failwith "no visa" })
    attempts Visa TaskConfig.Minimal
    exit Booked
}

match booking |> Workflow.run Flight |> await with
| Ok trip -> printfn $"{trip}"
| Error error -> printfn $"{error.State}: {error.Message}; all is as before"

// It prints:
//
//     books flight 7
//     books room 12
//     cancels room 12
//     cancels flight 7
//     Visa: Exception: no visa; all is as before
