namespace Cano.Kernel

open Cano

/// What follows the ends of a split's branches.
[<RequireQualifiedAccess>]
module internal Split =

    let private splitOf (plan: Plan) (run: inref<Run>) : SplitDefinition =
        match plan.Node(run.State).Step with
        | Step.Split split -> split
        | _ -> invalidOp "The visited state is not a split."

    /// Judges the join after a change of the tally.
    let private tallied (plan: Plan) (run: inref<Run>) (tally: Tally) : Transition =
        let split = splitOf plan &run

        match Join.verdict split.Strategy split.WaitForAll tally with
        | Verdict.Waiting ->
            let run = {
                run with
                    Phase = Phase.Splitting tally
            }

            Owed.go run Effect.Await
        | verdict ->
            Owed.stop {
                run with
                    Phase = Phase.Joining(tally, verdict, false)
            }

    let private joined (plan: Plan) (run: Run) verdict timedOut (result: SplitResult) : Transition =
        let split = splitOf plan &run

        match verdict with
        | Verdict.Met -> Owed.enter plan &run (plan.NumberOf split.Next) result
        | _ -> Owed.fail plan run (Join.failure split.Strategy timedOut result)

    let splitting (plan: Plan) (run: Run) (tally: Tally) (event: RunEvent) : Transition =
        match event with
        | RunEvent.BranchesStarted(_, count) -> tallied plan &run { Tally.None with Total = count }
        | RunEvent.BranchesEnded(_, succeeded, count) ->
            let split = splitOf plan &run
            let count = Join.counted split.Strategy split.WaitForAll tally succeeded count
            tallied plan &run (Join.ending tally succeeded count)
        | RunEvent.SplitTimedOut _ ->
            let verdict = Join.atDeadline (splitOf plan &run).Strategy tally

            Owed.stop {
                run with
                    Phase = Phase.Joining(tally, verdict, true)
            }
        | RunEvent.TaskFailed(_, failure) -> Attempt.attempted plan &run failure
        | _ -> Owed.go run Effect.Await

    let joining (plan: Plan) (run: Run) verdict timedOut (event: RunEvent) : Transition =
        match event with
        | RunEvent.SplitEnded(_, result) -> joined plan run verdict timedOut result
        | RunEvent.TaskFailed(_, failure) -> Attempt.attempted plan &run failure
        | _ -> Owed.go run Effect.Await
