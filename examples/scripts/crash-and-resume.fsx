// A process dies, and the next one goes on where the rows end.
#load "cano.fsx"

open System.IO
open Cano
open Cano.FSharp
open Cano.Testing

type Import =
    | Rows of names: string list
    | Imported of count: int

let importing = workflow {
    name "import"

    stepped Rows (fun _ names cursor -> task {
        let row = cursor |> Option.defaultValue 0

        if row = names.Length then
            return Step.finish (Imported row)
        else
            printfn $"  {names[row]}"
            return Step.more (row + 1)
    })

    exit Imported
}

let folder = Directory.CreateTempSubdirectory "cano-script-"

// The first process dies after its third row: the state's, and the cursor's behind two names.
printfn "the first process"
let first = FasterCheckpointStore.OpenAsync folder.FullName |> await
let dying = CrashingCheckpointStore(first, 3, CrashPoint.AfterAppend)

match
    importing
    |> Workflow.withCheckpointStore dying
    |> Workflow.runAs "import-1" (Rows [ "ada"; "grace"; "barbara"; "margaret" ])
    |> await
with
| Ok imported -> printfn $"{imported}"
| Error error -> printfn $"dies: {error.Category}"

first.DisposeAsync().AsTask().Wait()

// The second one opens the same directory. The names are in the rows, and none is imported twice.
printfn "the second process"
let second = FasterCheckpointStore.OpenAsync folder.FullName |> await

match
    importing
    |> Workflow.withCheckpointStore second
    |> Workflow.resumeAll 4
    |> await
with
| Ok runs -> runs |> Map.iter (fun id ended -> printfn $"{id}: %A{ended}")
| Error error -> printfn $"{error.Message}"

second.DisposeAsync().AsTask().Wait()
folder.Delete true

// It prints:
//
//     the first process
//       ada
//       grace
//     dies: checkpoint_store
//     the second process
//       barbara
//       margaret
//     import-1: Ok (Imported 4)
