namespace Cano.Kernel

open System
open Cano

/// What follows the answer of a task, in every phase in which a task is under way or waits for its
/// next attempt.
[<RequireQualifiedAccess>]
module internal Attempt =

    /// A wait may end in it: the row is written, and the visit goes on from there.
    let private endsWait (fact: Fact) =
        match fact with
        | Fact.SignalTaken _ -> true
        | Fact.StateEntered _
        | Fact.StepCompleted _
        | Fact.CursorAdvanced _
        | Fact.WaitStarted _
        | Fact.RollbackStarted _
        | Fact.Compensated _
        | Fact.RollbackFinished _
        | Fact.Finished
        | Fact.ChildStarted _
        | Fact.ChildEnded _
        | Fact.BranchesListed _
        | Fact.BranchCompleted _
        | Fact.CancelRequested _
        | Fact.Failed _
        | Fact.Snapshot _ -> false

    let leave (plan: Plan) (run: inref<Run>) (next: Target) : Transition =
        match plan.Refusal(run.State, next.State) with
        | null -> Advance.enter plan &run next null
        | error -> Advance.fail plan run error

    /// A compensatable step is done: that is recorded whatever follows, so that it can be undone.
    let private complete plan (run: inref<Run>) (next: Target) output (sequel: Sequel | null) =
        let fact = Fact.StepCompleted((plan: Plan).NameOf next.State, output)

        let row = {
            Onward.rowOf plan &run (plan.NameOf run.State) fact with
                Data = next.Data
        }

        // Of a run without rows nothing has told yet what it undoes.
        let run = {
            run with
                Durable = DurableState.carrying run.Visit run.Data run.Durable
        }

        Advance.record plan run row sequel

    /// A stepped or stream task has come to a cursor.
    let private advanced (plan: Plan) (run: inref<Run>) cursor (sequel: Sequel | null) =
        let name = plan.NameOf run.State

        Advance.record plan run (Onward.rowOf plan &run name (Fact.CursorAdvanced cursor)) sequel

    /// The step's children are listed, or one of them is about to begin.
    let private parenting (plan: Plan) (run: inref<Run>) (fact: Fact) =
        Advance.record plan run (Onward.rowOf plan &run (plan.NameOf run.State) fact) null

    /// Whether the newest row tells of another wait of the attempt that was over not long ago: it
    /// does for this one too.
    let private isTold (run: inref<Run>) (wait: Suspension) =
        match run.Durable.Last with
        | NonNull last when last.Visit = run.Visit ->
            match OwedAfter.fact last.Fact with
            | Owed.Wait told when told.Attempt = wait.Attempt ->
                told.Due.HasValue
                && wait.Due.HasValue
                // Somebody may have set the clock back.
                && (wait.Due.Value - told.Due.Value).Duration() < Suspension.JournaledAgain
            | _ -> false
        | _ -> false

    /// The step wants to wait, and to go on then.
    let private suspended (plan: Plan) (run: inref<Run>) (request: WaitRequest) =
        let wait = Suspension.Of(request, run.Attempt)

        if not (isTold &run wait) then
            let fact = Fact.WaitStarted wait
            Advance.record plan run (Onward.rowOf plan &run (plan.NameOf run.State) fact) null
        elif run.Suspending then
            Onward.ended run Outcome.Suspended
        else
            Onward.wait run wait (WaitEnd.Of wait)

    let unknownNext (plan: Plan) (run: Run) (name: string) =
        Advance.fail plan run (CanoError.Of(Fault.Workflow(Check.unknownNext name)))

    /// An attempt failed: another one follows, at once or after a delay, or the run fails.
    let attempted (plan: Plan) (run: inref<Run>) (failure: Failure) : Transition =
        let node = plan.Node run.State
        let retry = node.Retry(DurableState.wokenBy run.Visit run.Durable)

        match Retry.decide retry run.Attempt failure.Error failure.Sample with
        | RetryDecision.GiveUp -> Advance.fail plan run (Retry.exhausted run.Attempt failure.Error)
        | RetryDecision.RetryAfter delay ->
            let suspension = Suspension.After(failure.Now, delay, run.Attempt, Nullable())

            if run.Journaled && node.LeavesRow && delay >= Suspension.JournaledMin then
                let fact = Fact.WaitStarted suspension
                Advance.record plan run (Onward.rowOf plan &run node.Name fact) null
            else
                Onward.wait run suspension (WaitEnd.After delay)

    /// The task's own breaker is open. What a body throws, the refusal of another breaker for
    /// instance, is a failed attempt.
    let private refused (plan: Plan) (run: Run) =
        Advance.fail plan run (CanoError.Of Fault.CircuitOpen)

    /// Work under way is no longer wanted. Whatever it answers, the run fails; what it completed is
    /// undone too.
    let stopping (plan: Plan) (run: Run) (cause: CanoError) (answer: Answer) : Transition =
        match answer with
        | Answer.Woken
        | Answer.WokenBy _
        | Answer.BranchesStarted _
        | Answer.BranchesEnded _
        | Answer.SplitTimedOut -> Onward.unchanged run
        // The journal is in doubt: nothing more is written.
        | _ when cause.Fault.IsCheckpointStore -> Onward.ended run (Outcome.Failed cause)
        | Answer.Completed(next, output) when Advance.isLateButDone plan cause.Fault next.State ->
            complete plan &run next output null
        | Answer.Completed(next, output) -> complete plan &run next output (Sequel.Fail cause)
        | Answer.Advanced cursor -> advanced plan &run cursor (Sequel.Fail cause)
        | Answer.FailedForGood error -> Advance.fail plan run error
        | Answer.Succeeded _
        | Answer.UnknownNextState _
        | Answer.Failed _
        | Answer.Refused
        | Answer.WaitRequested _
        | Answer.ItemsListed _
        | Answer.ChildNamed _
        | Answer.SplitEnded _ -> Advance.fail plan run cause

    let running (plan: Plan) (run: Run) (answer: Answer) : Transition =
        match answer with
        // An attempt that was cut short was never made.
        | Answer.Failed _
        | Answer.Refused
        | Answer.UnknownNextState _
        | Answer.ItemsListed _
        | Answer.ChildNamed _
        | Answer.FailedForGood _ when run.Suspending -> Onward.ended run Outcome.Suspended
        | Answer.Succeeded next -> leave plan &run next
        | Answer.Failed failure -> attempted plan &run failure
        | Answer.Refused -> refused plan run
        | Answer.UnknownNextState name -> unknownNext plan run name
        | Answer.FailedForGood error -> Advance.fail plan run error
        | Answer.Completed(next, output) -> complete plan &run next output null
        | Answer.Advanced cursor -> advanced plan &run cursor null
        // The time of children of which not all have begun.
        | Answer.SplitTimedOut when not (isNull (DurableState.fanOutOf run.Visit run.Durable)) ->
            Advance.fanOut plan run true
        | Answer.ItemsListed listing -> parenting plan &run (Fact.BranchesListed listing)
        | Answer.ChildNamed child -> parenting plan &run (Fact.ChildStarted child)
        | Answer.WaitRequested request when isNull (DurableState.wokenBy run.Visit run.Durable) ->
            suspended plan &run request
        // The visit's wait has ended, and what it ended in counts for all of its attempts.
        | Answer.WaitRequested _
        | Answer.Woken
        | Answer.WokenBy _
        | Answer.BranchesStarted _
        | Answer.BranchesEnded _
        | Answer.SplitTimedOut
        | Answer.SplitEnded _ -> Onward.unchanged run

    /// The wait is over: a retry's next attempt follows, or the step goes on with what its wait
    /// ended in.
    let private woken (plan: Plan) (run: Run) (suspension: Suspension) : Transition =
        if suspension.FailedAttempt > 0 then
            let run = { run with Attempt = run.Attempt + 1 }
            Advance.work plan &run
        else
            Onward.starting
                { run with Phase = Phase.Running }
                (Effect.Continue(run.State, Fact.WaitStarted suspension))

    let waiting (plan: Plan) (run: Run) (suspension: Suspension) (answer: Answer) : Transition =
        match answer with
        | Answer.Woken when suspension.Due.HasValue -> woken plan run suspension
        | Answer.WokenBy fact when suspension.FailedAttempt = 0 && endsWait fact ->
            Advance.record plan run (Onward.rowOf plan &run (plan.NameOf run.State) fact) null
        // The attempt's time was up before the wait.
        | Answer.Failed failure when suspension.FailedAttempt = 0 -> attempted plan &run failure
        | Answer.FailedForGood error -> Advance.fail plan run error
        | Answer.Woken
        | Answer.WokenBy _
        // It is the answer of the attempt before, once more.
        | Answer.Failed _
        | Answer.Succeeded _
        | Answer.UnknownNextState _
        | Answer.Refused
        | Answer.Completed _
        | Answer.Advanced _
        | Answer.WaitRequested _
        | Answer.ItemsListed _
        | Answer.ChildNamed _
        | Answer.BranchesStarted _
        | Answer.BranchesEnded _
        | Answer.SplitTimedOut
        | Answer.SplitEnded _ -> Onward.unchanged run
