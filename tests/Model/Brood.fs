namespace Cano.Model

/// A child as its parent's rows tell of it.
type internal Child = {
    Index: int
    Id: string
    Given: int
    /// Which of its ends a retry has taken back; 0 for none.
    TakenBack: int
}

/// What rows tell of a visit's children.
type internal Brood = {
    /// What each is given; none before that is known.
    Items: int list option
    Due: int64 option
    /// In the order of their rows.
    Begun: Child list
    Ended: (int * Fate * int option * int) list
    /// Those whose end a retry takes back, until they begin once more.
    Again: Child list
} with

    member this.Total =
        match this.Items with
        | Some items -> items.Length
        | None -> 1

    /// The oldest first.
    member this.UnderWay =
        this.Begun
        |> List.filter (fun child ->
            this.Ended |> List.forall (fun (index, _, _, _) -> index <> child.Index))

    /// The one that begins next.
    member this.Next =
        [ 0 .. this.Total - 1 ]
        |> List.except (this.Begun |> List.map _.Index)
        |> List.tryHead

[<RequireQualifiedAccess>]
module internal Brood =

    let private none = {
        Items = None
        Due = None
        Begun = []
        Ended = []
        Again = []
    }

    /// V6: each that failed or could not undo is retried, and the ends of the others stand. They
    /// have their time anew.
    let private retried (brood: Brood) =
        let isBack (_, fate: Fate, _, _) = fate.IsFailed || fate.IsRollbackFailed

        let endOf (child: Child) =
            brood.Ended
            |> List.tryFind (fun (index, _, _, _) -> index = child.Index)
            |> Option.filter isBack

        {
            brood with
                Due = None
                Begun = brood.Begun |> List.filter (fun child -> (endOf child).IsNone)
                Ended = brood.Ended |> List.filter (isBack >> not)
                Again =
                    brood.Again
                    @ [
                        for child in brood.Begun do
                            match endOf child with
                            | Some(_, _, _, n) -> { child with TakenBack = n }
                            | None -> ()
                    ]
        }

    let private begins index id (given: int option) (brood: Brood) =
        let before = brood.Again |> List.tryFind (fun child -> child.Index = index)

        {
            brood with
                Again = brood.Again |> List.filter (fun child -> child.Index <> index)
                Begun =
                    brood.Begun
                    @ [
                        {
                            Index = index
                            Id = id
                            Given =
                                match brood.Items, given with
                                | Some items, _ -> items[index]
                                | None, given -> given.Value
                            TakenBack =
                                match before with
                                | Some before -> before.TakenBack
                                | None -> 0
                        }
                    ]
        }

    let ofVisit visit (rows: Row seq) : Brood =
        let follow (brood: Brood, hasFailed) (row: Row) =
            let next =
                match row.Fact with
                | _ when row.Visit <> visit -> brood
                | Listed(items, due) -> {
                    brood with
                        Items = Some items
                        Due = due
                  }
                | ChildBegins(index, id, given) -> begins index id given brood
                | ChildEnds(index, _, fate, gave, n) -> {
                    brood with
                        Ended = brood.Ended @ [ index, fate, gave, n ]
                  }
                | Entered _ when hasFailed -> retried brood
                | _ -> brood

            next, row.Fact.IsFails

        rows |> Seq.fold follow (none, false) |> fst

    /// V6, K6: as of branches; the ends count in the order of their rows, and none behind those
    /// that decide. What was only told to stop has not ended before the deadline.
    let verdict (join: Fork option) (brood: Brood) isLate : bool option =
        let fates = brood.Ended |> List.map (fun (_, fate, _, _) -> fate)
        let succeeded = List.filter (fun (fate: Fate) -> fate.IsCompleted)

        let judge isLate (fates: Fate list) =
            let ok = (succeeded fates).Length
            Fan.verdict join.Value brood.Total ok (fates.Length - ok) isLate

        match join with
        | None -> if fates.IsEmpty then None else Some true
        | Some { Rule = Rule.UntilTimeout } when isLate || fates.Length = brood.Total ->
            Some(brood.Total = 0 || fates |> List.exists (fun fate -> not fate.IsCancelled))
        | Some _ ->
            match
                seq { 0 .. fates.Length }
                |> Seq.tryPick (fun n -> judge false (List.truncate n fates))
            with
            | None when isLate -> judge true fates
            | verdict -> verdict

    /// How the children have ended, in the order of their items; what has not begun counts as
    /// cancelled.
    let told (brood: Brood) =
        let endOf i =
            match brood.Ended |> List.tryFind (fun (index, _, _, _) -> index = i) with
            | Some(_, fate, gave, _) -> Line.fate (string fate) gave
            | None -> string Fate.Cancelled

        [ 0 .. brood.Total - 1 ] |> List.map endOf |> String.concat ","
