namespace Cano.Kernel

open Cano

/// What follows the ends of a split's branches.
[<RequireQualifiedAccess>]
module internal Branches =

    let private joining (run: Run) split tally verdict timedOut : Transition =
        Onward.stop {
            run with
                Phase = Phase.Joining(split, tally, verdict, timedOut)
        }

    /// Judges the join after a change of the tally.
    let private tallied (run: Run) (split: SplitDefinition) (tally: Tally) : Transition =
        match Join.verdict split.Strategy split.WaitForAll tally with
        | Verdict.Waiting ->
            Onward.unchanged {
                run with
                    Phase = Phase.Splitting(split, tally)
            }
        | Verdict.Met
        | Verdict.Unreachable as verdict -> joining run split tally verdict false

    /// What branches gave has chosen what follows.
    let private chosen (plan: Plan) (run: Run) result (choice: SplitChoice | null) : Transition =
        match choice with
        | null -> Onward.unchanged run
        | choice ->
            match plan.Refusal(run.State, choice.Next.State) with
            | null ->
                let ending: SplitEnding = {
                    Result = result
                    Values = choice.Values
                }

                Advance.enter plan &run choice.Next ending
            | refusal -> Advance.fail plan run refusal

    let private joined
        plan
        (run: Run)
        (split: SplitDefinition)
        verdict
        timedOut
        result
        (choice: SplitChoice | null)
        : Transition =
        match verdict with
        | Verdict.Met ->
            match split.Next with
            | NonNull next when isNull choice ->
                Advance.enter plan &run (Target.Of(plan.NumberOf next)) (SplitEnding.Of result)
            | _ -> chosen plan run result choice
        | Verdict.Waiting
        | Verdict.Unreachable -> Advance.fail plan run (Join.failure split.Strategy timedOut result)

    /// A journaled branch has ended; what was cut off for the run to rest has not.
    let private branched (plan: Plan) (run: Run) (branch: BranchEnding) : Transition =
        match DurableState.fanOutOf run.Visit run.Durable with
        | NonNull fan when
            FanOut.isBranchAwaited branch.Index fan
            && not (run.Suspending && not (isNull branch.Error))
            ->
            let name = plan.NameOf run.State
            Advance.record plan run (Onward.rowOf plan &run name (Fact.BranchCompleted branch)) null
        | _ -> Onward.unchanged run

    let private listed (plan: Plan) (run: Run) (listing: Listing) : Transition =
        let name = plan.NameOf run.State
        Advance.record plan run (Onward.rowOf plan &run name (Fact.BranchesListed listing)) null

    let splitting
        (plan: Plan)
        (run: Run)
        (split: SplitDefinition)
        tally
        (answer: Answer)
        : Transition =
        match answer with
        | Answer.ItemsListed listing when split.Journaled ->
            if run.Suspending then
                Onward.ended run Outcome.Suspended
            else
                listed plan run listing
        | Answer.WokenBy(Fact.BranchCompleted branch) when split.Journaled ->
            branched plan run branch
        | Answer.BranchesStarted _
        | Answer.BranchesEnded _ when split.Journaled -> Onward.unchanged run
        // The split runs again, all of it: its join was not decided.
        | Answer.BranchesStarted _ when run.Suspending -> Onward.stop run
        // What was cut off, and a time that is up now, decide nothing.
        | Answer.BranchesEnded(false, _)
        | Answer.SplitTimedOut when run.Suspending -> Onward.unchanged run
        | Answer.SplitEnded _
        | Answer.Failed _
        | Answer.FailedForGood _ when run.Suspending -> Onward.ended run Outcome.Suspended
        | Answer.BranchesStarted count -> tallied run split { Tally.None with Total = count }
        | Answer.BranchesEnded(succeeded, count) ->
            let count = Join.counted split.Strategy split.WaitForAll tally succeeded count
            tallied run split (Join.ending tally succeeded count)
        | Answer.SplitTimedOut ->
            joining run split tally (Join.atDeadline split.Strategy tally) true
        | Answer.Failed failure -> Attempt.attempted plan &run failure
        | Answer.FailedForGood error -> Advance.fail plan run error
        | Answer.Succeeded _
        | Answer.UnknownNextState _
        | Answer.Refused
        | Answer.Completed _
        | Answer.Advanced _
        | Answer.WaitRequested _
        | Answer.ItemsListed _
        | Answer.ChildNamed _
        | Answer.Woken
        | Answer.WokenBy _
        | Answer.SplitEnded _ -> Onward.unchanged run

    /// The join is decided; the split ends when none of its branches runs any more.
    let ending
        plan
        (run: Run)
        (split: SplitDefinition)
        verdict
        timedOut
        (answer: Answer)
        : Transition =
        match answer with
        | Answer.SplitEnded(result, choice) -> joined plan run split verdict timedOut result choice
        | Answer.Failed failure when not run.Suspending -> Attempt.attempted plan &run failure
        | Answer.FailedForGood error when not run.Suspending -> Advance.fail plan run error
        | Answer.UnknownNextState name when not run.Suspending ->
            if isNull split.Next then
                Attempt.unknownNext plan run name
            else
                Onward.unchanged run
        // Choosing what follows was cut short: the split runs again.
        | Answer.Failed _
        | Answer.FailedForGood _
        | Answer.UnknownNextState _ -> Onward.ended run Outcome.Suspended
        | Answer.BranchesStarted _
        | Answer.BranchesEnded _
        | Answer.SplitTimedOut
        | Answer.Succeeded _
        | Answer.Refused
        | Answer.Completed _
        | Answer.Advanced _
        | Answer.WaitRequested _
        | Answer.ItemsListed _
        | Answer.ChildNamed _
        | Answer.Woken
        | Answer.WokenBy _ -> Onward.unchanged run
