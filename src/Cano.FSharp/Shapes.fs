namespace Cano.FSharp

open System.Threading.Tasks
open Cano

/// What the runtime takes and gives, as F# has it.
[<RequireQualifiedAccess>]
module internal Shapes =

    // A value that may be missing is nullable to the compiler, whatever its type; here it is there.
    #nowarn 3261

    let cursor (given: Cursor<'T>) : 'T option =
        if given.HasValue then Some given.Value else None

    let result (given: ItemResult<'T>) : Result<'T, CanoError> =
        match given.Error with
        | null -> Ok given.Value
        | error -> Error error

    let ending (given: ChildEnd<'T>) : Result<'T, CanoError> =
        match given.Error with
        | null -> Ok given.Exit
        | error -> Error error

    #warnon 3261

    let ofPair (given: ValueTask<'A * 'B>) : ValueTask<struct ('A * 'B)> =
        if given.IsCompletedSuccessfully then
            let first, second = given.Result
            ValueTask<struct ('A * 'B)>(struct (first, second))
        else
            task {
                let! first, second = given
                return struct (first, second)
            }
            |> ValueTask<struct ('A * 'B)>
