namespace Cano.Kernel

open Cano

/// What follows the ends of a visit's children.
[<RequireQualifiedAccess>]
module internal Parents =

    let private ended (plan: Plan) (run: Run) (fact: Fact) (sequel: Sequel | null) =
        Advance.record plan run (Onward.rowOf plan &run (plan.NameOf run.State) fact) sequel

    let awaiting (plan: Plan) (run: Run) (answer: Answer) : Transition =
        match answer with
        | Answer.WokenBy(Fact.ChildEnded _ as fact) -> ended plan run fact null
        | Answer.SplitTimedOut -> Advance.fanOut plan run true
        // Something came that was no end of theirs.
        | Answer.Woken -> Advance.fanOut plan run false
        | Answer.Failed failure -> Advance.fail plan run failure.Error
        | Answer.FailedForGood error -> Advance.fail plan run error
        | Answer.WokenBy _
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
        | Answer.SplitEnded _ -> Onward.unchanged run

    /// What follows the end of a child that was cancelled.
    let private sequel (recall: Recall) : Sequel | null =
        match recall with
        | Recall.Failing cause -> Sequel.Fail cause
        | Recall.Unneeded true -> Sequel.Judge
        | Recall.Unneeded false -> null

    let recalling (plan: Plan) (run: Run) (recall: Recall) (answer: Answer) : Transition =
        match answer with
        | Answer.WokenBy(Fact.ChildEnded _ as fact) -> ended plan run fact (sequel recall)
        | Answer.Woken ->
            match DurableState.fanOutOf run.Visit run.Durable with
            | null -> Onward.unchanged run
            | children -> Onward.recalling run recall children
        // They cannot be cancelled now: a resume asks again.
        | Answer.Failed _
        | Answer.FailedForGood _ -> Onward.ended run Outcome.Suspended
        | Answer.WokenBy _
        | Answer.SplitTimedOut
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
        | Answer.SplitEnded _ -> Onward.unchanged run
