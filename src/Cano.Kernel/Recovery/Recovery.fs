namespace Cano.Kernel

open System.Collections.Generic
open Cano

/// A run as its rows tell it.
[<RequireQualifiedAccess>]
type Recovered =
    /// Path: the numbers of the states entered before the newest visit, oldest first. Unknown: rows
    /// of states that the workflow no longer has.
    | Found of Run: Run * Path: IReadOnlyList<int> * Unknown: IReadOnlyList<Row>
    | Refused of Error: CanoError

/// Rows to run. It folds DurableState.remember, as a live run does row by row; what the run owes
/// then is the reducer's answer to a Resumed event.
[<RequireQualifiedAccess>]
module Recovery =

    /// Why a row cannot be used.
    [<CompiledName "Damaged">]
    let damaged (id: string) (sequence: int64) (what: string) : CanoError =
        CanoError.Of(
            Fault.CheckpointStore(
                Words.sentence $"decode checkpoint row at run_id={id} sequence={sequence}: {what}"
            )
        )

    /// Rows from the newest snapshot on, else from 0, without a hole.
    let private dense id (rows: Row list) : Result<Row list, CanoError> =
        let start =
            match rows |> List.tryFindIndexBack _.Fact.IsSnapshot with
            | Some newest -> List.skip newest rows
            | None -> rows

        let first =
            match start with
            | row :: _ when row.Fact.IsSnapshot -> row.Sequence
            | _ -> 0L

        let misplaced =
            start
            |> Seq.indexed
            |> Seq.tryFind (fun (i, row) -> row.Sequence <> first + int64 i)

        match misplaced with
        | None -> Ok start
        | Some(i, row) ->
            Error(
                damaged
                    id
                    (first + int64 i)
                    (Words.sentence $"the row is missing; the next one is {row.Sequence}")
            )

    let private same (left: string | null) (right: string | null) =
        System.String.Equals(left, right)

    /// Why a run may not go on under this plan.
    let private refusal (plan: Plan) (durable: DurableState) (last: Row) : CanoError option =
        let definition = plan.Definition

        let workflow =
            match durable.Start with
            | null -> null
            | start -> start.WorkflowName

        let unknown state = plan.NumberOf state < 0

        let missing (state: string) =
            Fault.Workflow
                $"checkpoint state '{state}' is not a registered or exit state of this workflow"

        let fault =
            match OwedAfter.row durable last with
            | _ when last.Version <> definition.Version ->
                Some(Fault.WorkflowVersionMismatch(last.Version, definition.Version))
            | _ when not (same workflow definition.Name) ->
                let name (text: string | null) =
                    if isNull text then "no name" else $"the name '{text}'"

                Some(
                    Fault.Workflow
                        $"the run belongs to a workflow with {name workflow}; this one has {name definition.Name}"
                )
            | Owed.Entry next
            | Owed.ExitAgain(_, next) when unknown next -> Some(missing next)
            | Owed.FanOut when
                not (unknown last.State) && not (plan.FansOut(plan.NumberOf last.State))
                ->
                let what =
                    if last.Fact.IsBranchCompleted then
                        "journaled branches"
                    else
                        "children"

                Some(
                    Fault.Workflow(
                        Words.sentence
                            $"the run has {what} in state '{last.State}', which starts none in this workflow"
                    )
                )
            | Owed.Work
            | Owed.FurtherWork
            | Owed.Entry _
            | Owed.Wait _
            | Owed.Rework _
            | Owed.ExitAgain _
            | Owed.Exit
            | Owed.FanOut ->
                if unknown last.State then
                    Some(missing last.State)
                else
                    None
            | Owed.Compensation when isNull durable.Rollback ->
                Some(
                    Fault.CheckpointStore(
                        Words.sentence
                            $"row {last.Sequence} undoes a step, and no rollback began before it"
                    )
                )
            // A rollback undoes by the names of its own rows, whatever the workflow still has.
            | Owed.Compensation
            | Owed.Pause _
            | Owed.Cancellation
            | Owed.Failure _ -> None

        fault |> Option.map CanoError.Of

    let private path (plan: Plan) (durable: DurableState) (last: Row) =
        let before =
            match durable.Path with
            | _ :: before when durable.Entered = last.Visit -> before
            | path -> path

        before
        |> List.rev
        |> Seq.map plan.NumberOf
        |> Seq.filter (fun state -> state >= 0)
        |> Array.ofSeq

    /// The state a run is in: of a rollback the one that failed, not the one being undone.
    let private stateOf (durable: DurableState) (last: Row) =
        match durable.Rollback with
        | null -> last.State
        | rollback ->
            match rollback.Cause.State with
            | null -> last.State
            | state -> state

    let private at (plan: Plan) (durable: DurableState) (last: Row) : Run = {
        Run.Fresh(Target.Of(max 0 (plan.NumberOf(stateOf durable last)))) with
            Durable = durable
            Split = DurableState.splitOf last.Visit durable
            Data = DurableState.dataOf last.Visit durable
            Visit = last.Visit
            Mode = RunMode.Journaled
            Attempt =
                match OwedAfter.row durable last with
                | Owed.Wait suspension -> max suspension.Attempt suspension.FailedAttempt
                | Owed.Work
                | Owed.FurtherWork
                | Owed.Entry _
                | Owed.FanOut
                | Owed.Compensation
                | Owed.Pause _
                | Owed.Failure _
                | Owed.Cancellation
                | Owed.Rework _
                | Owed.ExitAgain _
                | Owed.Exit -> 1
    }

    /// The run that these rows tell of, or why it cannot be resumed.
    [<CompiledName "Recover">]
    let recover (plan: Plan) (id: string) (rows: IReadOnlyList<Row>) : Recovered =
        match rows |> Seq.sortBy _.Sequence |> List.ofSeq |> dense id with
        | Error error -> Recovered.Refused error
        | Ok [] ->
            Recovered.Refused(
                CanoError.Of(
                    Fault.CheckpointStore
                        $"no checkpoint rows for run id '{id}': it was never started, or has ended and was cleared"
                )
            )
        | Ok rows ->
            let durable =
                (DurableState.empty, rows)
                ||> List.fold (fun durable row -> DurableState.remember row durable)

            match durable.Last with
            | null -> Recovered.Refused(damaged id durable.Sequence "its snapshot is empty")
            | last ->
                match refusal plan durable last with
                | Some error -> Recovered.Refused error
                | None ->
                    let unknown = rows |> List.filter (fun row -> plan.NumberOf row.State < 0)

                    Recovered.Found(
                        at plan durable last,
                        path plan durable last,
                        Array.ofList unknown
                    )
