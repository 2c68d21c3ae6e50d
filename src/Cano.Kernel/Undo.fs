namespace Cano.Kernel

open Cano

/// What a rollback does next.
[<RequireQualifiedAccess>]
type UndoStep =
    | Compensate of entry: UndoEntry
    | Done of outcome: CanoError

/// The only place where a rollback begins and advances. It never turns forward again.
[<RequireQualifiedAccess>]
module Undo =

    /// The row with which a rollback begins; null when there is nothing to undo.
    let start (cause: CanoError) (durable: DurableState) : Fact | null =
        if durable.Undo.IsEmpty then
            null
        else
            Fact.RollbackStarted cause

    /// Lists of failures do not nest.
    let private flat (error: CanoError) =
        match error.Fault with
        | Fault.CompensationFailed failures -> List.ofSeq failures
        | _ -> [ error ]

    /// The original error; with it those of the compensations, in the order in which they ran.
    let private outcome (rollback: Rollback) : CanoError =
        match rollback.Faults with
        | [] -> rollback.Cause
        | faults ->
            let failures = rollback.Cause :: List.rev faults |> List.collect flat

            {
                rollback.Cause with
                    Fault = Fault.CompensationFailed(Array.ofList failures)
            }

    /// How a rollback ends that ran out of time. What is not undone stays on the stack: a retry
    /// goes on with it.
    let outOfTime (overdue: bool) (durable: DurableState) : CanoError =
        let timeout text = CanoError.Of(Fault.Timeout text)

        let orphan (entry: UndoEntry) =
            CanoError.Of(Fault.OrphanedCompensation(entry.Task, entry.Output))

        match durable.Rollback with
        | null -> invalidOp "No rollback was started."
        | rollback ->
            let late =
                durable.Undo
                |> List.truncate (if overdue then 1 else 0)
                |> List.map (fun entry ->
                    timeout $"compensate for {entry.Task} exceeded compensation deadline")

            let left = durable.Undo |> List.skip late.Length

            outcome {
                rollback with
                    Faults =
                        timeout (
                            Words.sentence
                                $"compensation deadline elapsed; {left.Length} entries left unprocessed"
                        )
                        :: List.rev (late @ List.map orphan left)
                        @ rollback.Faults
            }

    /// The row with which an ended rollback that could not undo everything is tried again; null
    /// when there is nothing to try.
    let again (durable: DurableState) : Fact | null =
        match durable.Rollback with
        | NonNull rollback when not (durable.NotUndone.IsEmpty && durable.Undo.IsEmpty) ->
            Fact.RollbackStarted rollback.Cause
        | _ -> null

    /// What a rollback owes: the newest step that is not undone yet.
    let next (durable: DurableState) : UndoStep =
        match durable.Undo with
        | entry :: _ -> UndoStep.Compensate entry
        | [] ->
            match durable.Rollback with
            | null -> invalidOp "No rollback was started."
            | rollback -> UndoStep.Done(outcome rollback)

    /// The row that a failure leaves; null when it leaves none. Without a journal nobody reads what
    /// undoes nothing; and a run that its caller gave up rests, if nothing is to be undone.
    let failure (cause: CanoError) (journaled: bool) (durable: DurableState) : Fact | null =
        match start cause durable with
        // A slip of whoever wrote the workflow takes nothing back.
        | _ when cause.Fault.IsOutputMissing -> if journaled then Fact.Failed(cause, null) else null
        | null when not journaled || isNull durable.Last -> null
        | null when not (isNull durable.Cancel) -> Fact.RollbackFinished cause
        | null when cause.Fault.IsCancelled -> null
        | null -> Fact.Failed(cause, null)
        | fact -> fact
