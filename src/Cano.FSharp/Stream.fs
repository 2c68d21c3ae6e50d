namespace Cano.FSharp

open System.Collections.Generic
open System.Threading.Tasks

/// What comes bit by bit, as of `Watch.run`.
[<RequireQualifiedAccess>]
module Stream =

    /// Does something with each as it comes; ends with the last.
    let iter (action: 'T -> unit) (source: IAsyncEnumerable<'T>) : Task<unit> = task {
        use items = source.GetAsyncEnumerator()
        let mutable more = true

        while more do
            let! next = items.MoveNextAsync()
            more <- next

            if next then
                action items.Current
    }

    /// All of them, when the last has come.
    let toList (source: IAsyncEnumerable<'T>) : Task<'T list> = task {
        let items = ResizeArray<'T>()
        do! iter items.Add source
        return List.ofSeq items
    }
