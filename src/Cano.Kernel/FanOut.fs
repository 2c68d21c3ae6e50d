namespace Cano.Kernel

open Cano

/// A child whose end a retry takes back: it begins once more, and ends anew.
type TakenBack = {
    Child: ChildStart
    /// The child's row that said the end.
    Sequence: int64
}

/// How many children or branches have ended, and how.
[<Struct>]
type EndCounts = {
    All: int
    Completed: int
    Cancelled: int
}

/// The children of a visit, or its journaled branches, as the rows tell of them. What is asked at
/// every end is counted, so that an end among a hundred thousand costs what one of ten does.
type FanOut = {
    Visit: int64
    /// Null of a visit with one child, whose beginning says what it is given.
    Listing: Listing | null
    /// The children that have begun, newest first.
    Started: ChildStart list
    /// How many children have begun.
    Begun: int
    /// The children that have ended, newest first.
    Ended: ChildEnding list
    Ends: EndCounts
    /// By index, the newest of each child.
    TakenBack: Map<int, TakenBack>
    /// The children whose ends were taken back and that have not begun again, the lowest index
    /// first.
    ToBeginAgain: int list
    /// The journaled branches that have ended, newest first.
    Branches: BranchEnding list
    BranchEnds: EndCounts
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

    let private noEnds = {
        All = 0
        Completed = 0
        Cancelled = 0
    }

    let private counted isCompleted isCancelled (ends: EndCounts) = {
        All = ends.All + 1
        Completed = ends.Completed + (if isCompleted then 1 else 0)
        Cancelled = ends.Cancelled + (if isCancelled then 1 else 0)
    }

    let private withChild (ends: EndCounts) (ending: ChildEnding) =
        ends
        |> counted (ending.Status = RowStatus.Completed) (ending.Status = RowStatus.Cancelled)

    let private withBranch (ends: EndCounts) (branch: BranchEnding) =
        ends |> counted (isNull branch.Error) false

    /// Of a visit whose rows tell of none yet.
    let internal none (visit: int64) : FanOut = {
        Visit = visit
        Listing = null
        Started = []
        Begun = 0
        Ended = []
        Ends = noEnds
        TakenBack = Map.empty
        ToBeginAgain = []
        Branches = []
        BranchEnds = noEnds
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
                Begun = fan.Begun + 1
                ToBeginAgain =
                    match fan.ToBeginAgain with
                    | [] -> []
                    | next :: others when next = child.Index -> others
                    | others -> List.except [ child.Index ] others
        }

    let internal ended visit (ending: ChildEnding) fan =
        let fan = isOf visit fan

        {
            fan with
                Ended = ending :: fan.Ended
                Ends = withChild fan.Ends ending
        }

    let internal branched visit (branch: BranchEnding) fan =
        let fan = isOf visit fan

        {
            fan with
                Branches = branch :: fan.Branches
                BranchEnds = withBranch fan.BranchEnds branch
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

        let sequences =
            back |> Seq.map (fun ending -> ending.Index, ending.Sequence) |> Map.ofSeq

        let branches = fan.Branches |> List.filter (fun branch -> isNull branch.Error)

        let again, started =
            fan.Started |> List.partition (fun child -> sequences.ContainsKey child.Index)

        let takenBack (all: Map<int, TakenBack>) (child: ChildStart) =
            let back = {
                Child = child
                Sequence = sequences[child.Index]
            }

            all.Add(child.Index, back)

        {
            fan with
                Listing =
                    match fan.Listing with
                    | null -> null
                    | listing -> { listing with Due = System.Nullable() }
                Started = started
                Begun = started.Length
                Ended = kept
                Ends = kept |> List.fold withChild noEnds
                TakenBack = again |> List.fold takenBack fan.TakenBack
                ToBeginAgain = (again |> List.map _.Index) @ fan.ToBeginAgain |> List.sort
                Branches = branches
                BranchEnds = branches |> List.fold withBranch noEnds
        }

    /// When the children are to have ended; null when they have all the time there is.
    [<CompiledName "Due">]
    let due (fan: FanOut) =
        match fan.Listing with
        | null -> System.Nullable()
        | listing -> listing.Due

    /// How many children or branches the visit has.
    let total (fan: FanOut) =
        match fan.Listing with
        | null -> 1
        | listing -> listing.Items.Length

    /// As many as have ended, of all.
    let internal tallyOf (ends: EndCounts) (fan: FanOut) : Tally = {
        Total = total fan
        Succeeded = ends.Completed
        Failed = ends.All - ends.Completed
    }

    /// The branches that have ended count in the order of their rows.
    let internal tally (split: SplitDefinition) (fan: FanOut) : Tally =
        let all = tallyOf fan.BranchEnds fan

        // A verdict that is certain stays so: as long as there is none, all of them count.
        if (Join.verdict split.Strategy split.WaitForAll all).IsWaiting then
            all
        else
            fan.Branches
            |> List.rev
            |> List.map (fun branch -> isNull branch.Error)
            |> Join.inOrder split.Strategy split.WaitForAll all.Total

    /// Whether the end of this branch is still to come.
    let internal isBranchAwaited (index: int) (fan: FanOut) =
        not (isNull fan.Listing)
        && index < total fan
        && fan.Branches |> List.forall (fun branch -> branch.Index <> index)

    /// The newest end of a child that was taken back; null when none was.
    let internal takenBack (index: int) (fan: FanOut) : TakenBack | null =
        fan.TakenBack.TryFind index |> Option.toObj

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

    /// The run of the child that began last of those under way; null when none is.
    [<CompiledName "NewestUnderWay">]
    let newestUnderWay (fan: FanOut) : string | null =
        let isUnderWay (child: ChildStart) =
            fan.Ended |> List.forall (fun ending -> ending.Index <> child.Index)

        match List.tryFind isUnderWay fan.Started with
        | Some child -> child.RunId
        | None -> null

    /// As many of the children that began last, the oldest of them first.
    [<CompiledName "Newest">]
    let newest (count: int) (fan: FanOut) : AwaitedChild list =
        fan.Started |> List.truncate count |> List.rev |> List.map (awaited fan)

    /// Whether a row of a child's, its newest, is the end that its parent waits for: one behind the
    /// row whose end a retry took back. One that nobody retries is not that end, whatever its row:
    /// the child was forgotten since, and began anew.
    [<CompiledName "IsEnd">]
    let isEnd (after: int64) (status: RowStatus) (sequence: int64) =
        RowStatuses.isEnd status && (sequence > after || not (mayBeRetried status))

    /// How many children have begun and not ended.
    let internal countUnderWay (fan: FanOut) = fan.Begun - fan.Ends.All

    /// Whether any child but this one is under way. Its own end may be among the rows, or about to
    /// be.
    let internal areOthersUnderWay (ended: int) (fan: FanOut) =
        match fan.Ended with
        | newest :: _ when newest.Index = ended -> countUnderWay fan > 0
        | _ -> countUnderWay fan > 1

    /// The child that begins next; null when all have begun.
    let internal following (fan: FanOut) =
        match fan.ToBeginAgain with
        | index :: _ -> Some index
        | [] when fan.Begun < total fan -> Some fan.Begun
        | [] -> None
