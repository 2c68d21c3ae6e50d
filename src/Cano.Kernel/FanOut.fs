namespace Cano.Kernel

open Cano

/// A child whose end a retry takes back: it begins once more, and ends anew.
type TakenBack = {
    Child: ChildStart
    /// The child's row that said the end.
    Sequence: int64
}

/// The children of a visit, or its journaled branches, as the rows tell of them.
type FanOut = {
    Visit: int64
    /// Null of a visit with one child, whose beginning says what it is given.
    Listing: Listing | null
    /// The children that have begun, newest first.
    Started: ChildStart list
    /// The children that have ended, newest first.
    Ended: ChildEnding list
    /// Newest first.
    TakenBack: TakenBack list
    /// The journaled branches that have ended, newest first.
    Branches: BranchEnding list
}

/// A child that is under way.
type AwaitedChild = {
    Child: ChildStart
    /// What it is given; null for nothing.
    Input: StoredValue | null
    /// Its end comes after this row of its own: that of an end that was taken back; -1 when there
    /// was none.
    After: int64
}

[<RequireQualifiedAccess>]
module FanOut =

    /// Of a visit whose rows tell of none yet.
    let internal none (visit: int64) : FanOut = {
        Visit = visit
        Listing = null
        Started = []
        Ended = []
        TakenBack = []
        Branches = []
    }

    let private isOf (visit: int64) (fan: FanOut | null) : FanOut =
        match fan with
        | NonNull fan when fan.Visit = visit -> fan
        | _ -> none visit

    let internal listed visit (listing: Listing) fan = {
        isOf visit fan with
            Listing = listing
    }

    let internal started visit (child: ChildStart) fan =
        let fan = isOf visit fan

        {
            fan with
                Started = child :: fan.Started
        }

    let internal ended visit (ending: ChildEnding) fan =
        let fan = isOf visit fan

        { fan with Ended = ending :: fan.Ended }

    let internal branched visit (branch: BranchEnding) fan =
        let fan = isOf visit fan

        {
            fan with
                Branches = branch :: fan.Branches
        }

    /// What the visit's children are given is still to be told, or when they are to have ended: a
    /// retry gives them their time anew.
    let internal isToBeListed (join: SplitDefinition) (fan: FanOut) =
        match fan.Listing with
        | null -> true
        | listing -> join.Timeout.HasValue && not listing.Due.HasValue

    let private mayBeRetried status =
        status = RowStatus.Failed || status = RowStatus.RollbackFailed

    /// The visit is tried again: so is each of its children that may be, and each of its branches
    /// that failed. The ends of the others stand.
    let internal retried (fan: FanOut) =
        let back, kept =
            fan.Ended |> List.partition (fun ending -> mayBeRetried ending.Status)

        let endOf (child: ChildStart) =
            back |> List.tryFind (fun ending -> ending.Index = child.Index)

        let takenBack (child: ChildStart) =
            endOf child
            |> Option.map (fun ending -> {
                Child = child
                Sequence = ending.Sequence
            })

        {
            fan with
                Listing =
                    match fan.Listing with
                    | null -> null
                    | listing -> { listing with Due = System.Nullable() }
                Started = fan.Started |> List.filter (fun child -> (endOf child).IsNone)
                Ended = kept
                TakenBack = List.choose takenBack fan.Started @ fan.TakenBack
                Branches = fan.Branches |> List.filter (fun branch -> isNull branch.Error)
        }

    /// When the children are to have ended; null when they have all the time there is.
    let internal due (fan: FanOut) =
        match fan.Listing with
        | null -> System.Nullable()
        | listing -> listing.Due

    /// How many children or branches the visit has.
    let total (fan: FanOut) =
        match fan.Listing with
        | null -> 1
        | listing -> listing.Items.Length

    /// The branches that have ended count in the order of their rows.
    let internal tally (split: SplitDefinition) (fan: FanOut) : Tally =
        let ended = fan.Branches |> List.rev |> List.map (fun branch -> isNull branch.Error)

        Join.inOrder split.Strategy split.WaitForAll (total fan) ended

    /// Whether the end of this branch is still to come.
    let internal isBranchAwaited (index: int) (fan: FanOut) =
        not (isNull fan.Listing)
        && index < total fan
        && fan.Branches |> List.forall (fun branch -> branch.Index <> index)

    /// The newest end of a child that was taken back; null when none was.
    let internal takenBack (index: int) (fan: FanOut) : TakenBack | null =
        fan.TakenBack
        |> List.tryFind (fun back -> back.Child.Index = index)
        |> Option.toObj

    let private awaited (fan: FanOut) (child: ChildStart) : AwaitedChild = {
        Child = child
        Input =
            match fan.Listing with
            | null -> child.Input
            | listing -> listing.Items |> Array.tryItem child.Index |> Option.defaultValue null
        After =
            match takenBack child.Index fan with
            | null -> -1L
            | back -> back.Sequence
    }

    /// The children that have begun and not ended, the oldest first.
    [<CompiledName "UnderWay">]
    let underWay (fan: FanOut) : AwaitedChild list =
        let ended = fan.Ended |> Seq.map _.Index |> System.Collections.Generic.HashSet

        fan.Started
        |> List.filter (fun child -> not (ended.Contains child.Index))
        |> List.rev
        |> List.map (awaited fan)

    /// Whether a row of a child's, its newest, is the end that its parent waits for: one behind the
    /// row whose end a retry took back. One that nobody retries is not that end, whatever its row:
    /// the child was forgotten since, and began anew.
    [<CompiledName "IsEnd">]
    let isEnd (after: int64) (status: RowStatus) (sequence: int64) =
        RowStatuses.isEnd status && (sequence > after || not (mayBeRetried status))

    /// The child that begins next; null when all have begun.
    let internal following (fan: FanOut) =
        if fan.Started.Length < total fan then
            let begun = fan.Started |> Seq.map _.Index |> System.Collections.Generic.HashSet

            Seq.init (total fan) id |> Seq.tryFind (fun index -> not (begun.Contains index))
        else
            None
