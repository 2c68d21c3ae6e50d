namespace Cano.Kernel

open Cano

/// What follows for a visit with children.
[<RequireQualifiedAccess>]
type internal ParentStep =
    | Begin of Index: int
    /// One that has ended goes on, as a retry asks.
    | BeginAgain of Child: ChildStart
    | Await of Children: AwaitedChild list
    /// The join is decided, and these are not needed any more.
    | Recall of Children: AwaitedChild list
    | GoOn
    | GiveUp of Error: CanoError

/// When the children of a visit begin, and when they have ended.
[<RequireQualifiedAccess>]
module internal Children =

    let private isSuccess (ending: ChildEnding) = ending.Status = RowStatus.Completed

    /// The ends count in the order of their rows.
    let private judge (join: SplitDefinition) (fan: FanOut) isLate =
        let ended = fan.Ended |> List.rev |> List.map isSuccess
        let tally = Join.inOrder join.Strategy join.WaitForAll (FanOut.total fan) ended

        match Join.verdict join.Strategy join.WaitForAll tally with
        | Verdict.Waiting when isLate -> Join.atDeadline join.Strategy tally
        | verdict -> verdict

    let private verdict (children: ChildrenDefinition) (fan: FanOut) isLate =
        match children.Join with
        | null when fan.Ended.IsEmpty -> Verdict.Waiting
        | null -> Verdict.Met
        | join -> judge join fan isLate

    let private failed (ending: ChildEnding) : BranchError = {
        Index = ending.Index
        Name = ending.RunId
        Error =
            match ending.Error with
            | null -> CanoError.Of Fault.Cancelled
            | error -> error
    }

    /// The ends of the children as those of branches, for the text of a join that failed.
    let private result (fan: FanOut) : SplitResult =
        let succeeded, others = fan.Ended |> List.sortBy _.Index |> List.partition isSuccess

        {
            Successes = [|
                for ending in succeeded ->
                    {
                        Index = ending.Index
                        Name = ending.RunId
                    }
            |]
            Errors = [| for ending in others -> failed ending |]
            Cancelled = [||]
        }

    let private decided (children: ChildrenDefinition) (fan: FanOut) isMet isLate =
        match children.Join with
        | NonNull join when not isMet ->
            ParentStep.GiveUp(Join.failure join.Strategy isLate (result fan))
        | _ -> ParentStep.GoOn

    let private hasPlace (children: ChildrenDefinition) (underWay: AwaitedChild list) =
        match children.Join with
        | NonNull join when join.Bulkhead.HasValue -> underWay.Length < join.Bulkhead.Value
        | _ -> true

    /// isLate: the time of the children is up.
    let next (children: ChildrenDefinition) (fan: FanOut) (isLate: bool) : ParentStep =
        let underWay = FanOut.underWay fan

        match verdict children fan isLate with
        | Verdict.Waiting ->
            match FanOut.following fan with
            | Some index when hasPlace children underWay ->
                match FanOut.takenBack index fan with
                | null -> ParentStep.Begin index
                | again -> ParentStep.BeginAgain again.Child
            | _ -> ParentStep.Await underWay
        | Verdict.Met
        | Verdict.Unreachable as verdict ->
            match underWay with
            | [] -> decided children fan verdict.IsMet isLate
            | unneeded -> ParentStep.Recall unneeded
