namespace Cano.Kernel

open Cano

/// What follows for a visit with children.
[<RequireQualifiedAccess>]
type internal ParentStep =
    | Begin of Index: int
    /// One that has ended goes on, as a retry asks.
    | BeginAgain of Child: ChildStart
    | Await
    /// The join is decided, and those under way are not needed any more.
    | Recall
    | GoOn
    | GiveUp of Error: CanoError

/// When the children of a visit begin, and when they have ended.
[<RequireQualifiedAccess>]
module internal Children =

    let private isSuccess (ending: ChildEnding) = ending.Status = RowStatus.Completed

    /// What was only told to stop has not ended by itself.
    let private hasOwnEnd (fan: FanOut) = fan.Ends.All > fan.Ends.Cancelled

    /// A verdict that is certain stays so, so that the order of the ends does not matter. A
    /// deadline is not met by the children that are cancelled for it.
    let private judge (join: SplitDefinition) (fan: FanOut) isLate =
        let tally = FanOut.tallyOf fan.Ends fan

        let verdict =
            match Join.verdict join.Strategy join.WaitForAll tally with
            | Verdict.Waiting when isLate -> Join.atDeadline join.Strategy tally
            | verdict -> verdict

        if
            verdict.IsMet
            && join.Strategy.IsUntilDeadline
            && tally.Total > 0
            && not (hasOwnEnd fan)
        then
            Verdict.Unreachable
        else
            verdict

    /// The ends that came after the join was decided.
    let private behind (join: SplitDefinition) (fan: FanOut) =
        let ends = List.rev fan.Ended

        let counted =
            ends
            |> List.map isSuccess
            |> Join.inOrder join.Strategy join.WaitForAll (FanOut.total fan)

        List.skip counted.Ended ends

    let private verdict (children: ChildrenDefinition) (fan: FanOut) isLate =
        match children.Join with
        | null when fan.Ends.All = 0 -> Verdict.Waiting
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

    /// The ends of the children as those of branches, for the text of a join that failed. What was
    /// recalled because it was decided is no reason for it.
    let private result (fan: FanOut) (behind: ChildEnding list) : SplitResult =
        let late = behind |> Seq.map _.Index |> System.Collections.Generic.HashSet

        let isRecalled (ending: ChildEnding) =
            ending.Status = RowStatus.Cancelled && late.Contains ending.Index

        let succeeded, others = fan.Ended |> List.sortBy _.Index |> List.partition isSuccess
        let recalled, failures = others |> List.partition isRecalled

        {
            Successes = [|
                for ending in succeeded ->
                    {
                        Index = ending.Index
                        Name = ending.RunId
                    }
            |]
            Errors = [| for ending in failures -> failed ending |]
            Cancelled = [|
                for ending in recalled ->
                    {
                        Index = ending.Index
                        Name = ending.RunId
                    }
            |]
        }

    let private decided (children: ChildrenDefinition) (fan: FanOut) isMet isLate =
        match children.Join with
        | NonNull join when not isMet ->
            let nameOf (child: BranchError) = $"child {child.Name}"

            ParentStep.GiveUp(
                Join.failureOf nameOf join.Strategy isLate (result fan (behind join fan))
            )
        | _ -> ParentStep.GoOn

    let private hasPlace (children: ChildrenDefinition) (underWay: int) =
        match children.Join with
        | NonNull join when join.Bulkhead.HasValue -> underWay < join.Bulkhead.Value
        | _ -> true

    /// isLate: the time of the children is up.
    let next (children: ChildrenDefinition) (fan: FanOut) (isLate: bool) : ParentStep =
        let underWay = FanOut.countUnderWay fan

        match verdict children fan isLate with
        | Verdict.Waiting ->
            match FanOut.following fan with
            | Some index when hasPlace children underWay ->
                match FanOut.takenBack index fan with
                | null -> ParentStep.Begin index
                | again -> ParentStep.BeginAgain again.Child
            | _ -> ParentStep.Await
        | (Verdict.Met | Verdict.Unreachable) when underWay > 0 -> ParentStep.Recall
        | verdict -> decided children fan verdict.IsMet isLate
