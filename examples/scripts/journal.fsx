// Walking back through a journal: what a run did, row by row, and what it knew at each.
#load "cano.fsx"

open Cano
open Cano.FSharp
open Cano.Testing

type Recipe =
    | Collect of items: string list
    | Mix
    | Bake of minutes: int
    | Served

let time = VirtualTime()

let recipe = workflow {
    name "recipe"
    resource "store" (MemoryStore.Durable())

    state Collect (fun ctx items -> task {
        ctx.Store.Put("bowl", items)
        return Mix
    })

    state Mix (fun ctx -> task {
        ctx.Store.Put("bowl", [ ctx.Store.Get<string list> "bowl" |> String.concat " and " ])
        return Bake 40
    })

    state Bake (fun ctx minutes -> task {
        ctx.Store.Put("baked", minutes)
        return Served
    })

    exit Served
}

let engine =
    Engine.inMemoryWith (CanoEngineOptions(TimeProvider = time))
    |> Engine.add recipe

engine
|> Engine.start recipe (Collect [ "flour"; "eggs" ]) "cake"
|> await
|> ignore

engine |> Engine.run recipe "cake" |> Run.completion |> await |> ignore

match engine |> Engine.history "cake" |> await with
| Error error -> printfn $"{error.Message}"
| Ok rows ->
    printfn $"{Printing.timeline rows}"

    // Newest first: what the durable store held when each row was written.
    for row in List.rev rows do
        let data =
            engine
            |> Engine.dataAt row.Sequence "cake"
            |> await
            |> Result.defaultValue Map.empty

        let told =
            match data |> Map.toList |> List.map (fun (key, json) -> $"{key} = {json}") with
            | [] -> "nothing"
            | values -> String.concat ", " values

        printfn $"at row {row.Sequence}, {row.State}: {told}"

// It prints:
//
//       row  after  visit  what          state
//       0    0 s    0      StateEntered  Collect {"items":["flour","eggs"]}
//       1    0 s    1      StateEntered  Mix
//       2    0 s    2      StateEntered  Bake {"minutes":40}
//       3    0 s    3      Finished      Served
//     at row 3, Served: baked = 40, bowl = ["flour and eggs"]
//     at row 2, Bake: bowl = ["flour and eggs"]
//     at row 1, Mix: bowl = ["flour","eggs"]
//     at row 0, Collect: nothing
