namespace Cano.Kernel

open Cano

/// When a run that takes its process down again and again is set aside. A claim is a try; a run
/// that gets further has its tries forgiven.
[<RequireQualifiedAccess>]
module Quarantine =

    /// The tries without progress after which a run is set aside. Two may be bad luck: a
    /// deployment, a power cut.
    [<Literal>]
    let Limit = 3

    /// A row is progress unless it only enters again the visit that the row before it left off in,
    /// or sums up. visitBefore: the visit of that row; -1 when there is none.
    let private isProgress (visitBefore: int64) (kind: RowKind) (visit: int64) =
        match kind with
        | RowKind.StateEntered
        | RowKind.Snapshot -> visit <> visitBefore
        | _ -> true

    /// The tries that count after a row.
    [<CompiledName "TriesAfter">]
    let triesAfter (visitBefore: int64) (kind: RowKind) (visit: int64) (tries: int) =
        if isProgress visitBefore kind visit then 0 else tries

    /// A run that has not ended and has this many tries is set aside.
    [<CompiledName "Holds">]
    let holds (tries: int) = tries >= Limit
