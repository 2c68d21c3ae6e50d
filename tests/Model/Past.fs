namespace Cano.Model

/// What rows say of the steps that a run has done.
[<RequireQualifiedAccess>]
module internal Past =

    let private follow (undo, stuck) (row: Row) =
        match row.Fact with
        | Completed(_, output) -> (row.State, output) :: undo, stuck
        | Undone None -> List.tail undo, stuck
        | Undone _ -> List.tail undo, stuck @ [ List.head undo ]
        | RollingBack _ -> stuck @ undo, []
        | _ -> undo, stuck

    /// Completed steps that are not undone, newest first. S7: a retry begins with those that could
    /// not be undone.
    let undo (rows: Row seq) : (string * int64) list = fst (Seq.fold follow ([], []) rows)

    /// Why the newest rollback could not undo some.
    let faults (rows: Row seq) : string list =
        let follow faults (row: Row) =
            match row.Fact with
            | RollingBack _ -> []
            | Undone fault -> faults @ Option.toList fault
            | _ -> faults

        Seq.fold follow [] rows

    /// Y7: only a cursor of this visit counts.
    let cursor visit (rows: Row seq) : int =
        rows
        |> Seq.choose (fun row ->
            match row.Fact with
            | Cursor cursor when row.Visit = visit -> Some cursor
            | _ -> None)
        |> Seq.tryLast
        |> Option.defaultValue 0
