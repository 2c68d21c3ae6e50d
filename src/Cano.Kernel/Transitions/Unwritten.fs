namespace Cano.Kernel

open Cano

/// What follows a row that was not written.
[<RequireQualifiedAccess>]
module internal Unwritten =

    /// The row under way was not written. The journal is in doubt: nothing is undone, nothing more
    /// is written, a resume settles it. Work beside the row answers before the run ends.
    let failed (plan: Plan) (run: Run) (error: CanoError) : Transition =
        match run.Phase with
        | Phase.Appending({ Fact = Fact.CancelRequested _ }, NonNull _)
        | Phase.Appending({ Fact = Fact.BranchCompleted _ }, _) ->
            Onward.stop {
                Flushing.over run with
                    Phase = Phase.Stopping(Onward.placed plan &run error)
            }
        | Phase.Appending _
        | Phase.Flushing _ ->
            Onward.ended (Flushing.over run) (Outcome.Failed(Onward.placed plan &run error))
        | Phase.Ready
        | Phase.Running
        | Phase.Waiting _
        | Phase.Splitting _
        | Phase.Joining _
        | Phase.Awaiting
        | Phase.Recalling _
        | Phase.Stopping _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Onward.unchanged run

    /// The exit is not reached for want of the run's output: what completed stands, and a retry
    /// asks the exit again.
    let private failedBefore (plan: Plan) (run: Run) (exit: Row) (error: CanoError) : Transition =
        match run.Durable.Last with
        | null -> Onward.unchanged run
        | last ->
            let run = {
                run with
                    State = max 0 (plan.NumberOf last.State)
                    Visit = last.Visit
                    Data = DurableState.dataOf last.Visit run.Durable
            }

            let fact = Fact.Failed(Onward.placed plan &run error, exit.State)

            let row = {
                Onward.rowOf plan &run last.State fact with
                    Data = exit.Data
            }

            Advance.record plan run row null

    /// The exit asks for an output that the run has not given.
    let exitRefused (plan: Plan) (run: Run) (error: CanoError) : Transition =
        match run.Phase with
        | Phase.Appending({ Fact = Fact.Finished } as exit, _) -> failedBefore plan run exit error
        | Phase.Appending _
        | Phase.Flushing _
        | Phase.Ready
        | Phase.Running
        | Phase.Waiting _
        | Phase.Splitting _
        | Phase.Joining _
        | Phase.Awaiting
        | Phase.Recalling _
        | Phase.Stopping _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Onward.unchanged run
