namespace Cano.Kernel

open Cano

/// What a run has to do after a row, be it live or resumed.
[<RequireQualifiedAccess>]
type Owed =
    /// The work of the row's state. A resume begins it with a fresh row of the same visit.
    | Work
    /// The same visit's work goes on from its cursor, or from the signal it took, with attempt 1. A
    /// resume begins it as Work.
    | FurtherWork
    /// The entry of the next state.
    | Entry of Next: string
    /// The rest of a wait.
    | Wait of Suspension: Suspension
    /// What the visit's children or journaled branches say: that they begin, a wait for an end, or
    /// the work that follows them all.
    | FanOut
    /// The next compensation.
    | Compensation
    /// The rest of a wait before a compensation is tried again.
    | Pause of Suspension: Suspension
    /// The end of a rollback.
    | Failure of Outcome: CanoError
    /// The run goes backward, whatever its row says.
    | Cancellation
    /// The end, until somebody asks for more: a resume begins the work of the row's state once
    /// more.
    | Rework of Error: CanoError
    /// As Rework, but a resume asks the exit once more that the row's completed step leads to.
    | ExitAgain of Error: CanoError * Next: string
    /// The end in the row's state.
    | Exit

/// The one table of what follows which row.
[<RequireQualifiedAccess>]
module internal OwedAfter =

    let rec fact (said: Fact) : Owed =
        match said with
        | Fact.StateEntered _ -> Owed.Work
        | Fact.CursorAdvanced _
        | Fact.SignalTaken _ -> Owed.FurtherWork
        | Fact.StepCompleted(next, _) -> Owed.Entry next
        | Fact.WaitStarted suspension -> Owed.Wait suspension
        | Fact.RollbackStarted _
        | Fact.Compensated _ -> Owed.Compensation
        | Fact.RollbackFinished outcome -> Owed.Failure outcome
        | Fact.Finished -> Owed.Exit
        | Fact.CancelRequested _ -> Owed.Cancellation
        | Fact.Failed(error, next) ->
            match next with
            | null -> Owed.Rework error
            | exit -> Owed.ExitAgain(error, exit)
        | Fact.ChildStarted _
        | Fact.ChildEnded _
        | Fact.BranchesListed _
        | Fact.BranchCompleted _ -> Owed.FanOut
        | Fact.Snapshot whole ->
            match whole.Last with
            | null -> Owed.Work
            | last -> fact last.Fact

    /// What a run owes after its newest row. Once a cancel is asked for, what its work still
    /// answers takes it no further.
    let row (durable: DurableState) (row: Row) : Owed =
        match fact row.Fact with
        | Owed.Work
        | Owed.FurtherWork
        | Owed.Entry _
        | Owed.Wait _
        | Owed.FanOut
        | Owed.ExitAgain _
        | Owed.Rework _ when not (isNull durable.Cancel) && isNull durable.Rollback ->
            Owed.Cancellation
        // A wait within a rollback belongs to it.
        | Owed.Wait suspension when not (isNull durable.Rollback) -> Owed.Pause suspension
        | owed -> owed
