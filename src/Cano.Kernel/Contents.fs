namespace Cano.Kernel

open System
open System.Collections

/// Whether values hold the same. Lists compare item by item, whatever kind of list they are: C# and
/// F# make different ones of the same items.
[<RequireQualifiedAccess>]
module internal Contents =

    let private items (part: obj | null) =
        match part with
        | :? string -> null
        | :? IEnumerable as items -> Seq.cast<obj | null> items
        | _ -> null

    [<CompiledName "Equal">]
    let rec equal (left: obj | null) (right: obj | null) : bool =
        match items left, items right with
        | null, _
        | _, null -> Object.Equals(left, right)
        | left, right ->
            let left, right = Array.ofSeq left, Array.ofSeq right
            left.Length = right.Length && Array.forall2 equal left right

    [<CompiledName "Hash">]
    let rec hash (part: obj | null) : int =
        match items part with
        | null -> HashCode.Combine part
        | items -> items |> Seq.fold (fun all item -> HashCode.Combine(all, hash item)) 0
