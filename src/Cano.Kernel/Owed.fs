namespace Cano.Kernel

open System.Runtime.CompilerServices
open Cano

/// What a run does after a row, and how it enters states and fails. One path for live and resumed runs.
[<RequireQualifiedAccess>]
module internal Owed =

    let go (run: Run) (start: Effect) : Transition = {
        Run = run
        Start = start
        Stop = false
    }

    let stop (run: Run) : Transition = {
        Run = run
        Start = Effect.Await
        Stop = true
    }

    let ended (run: Run) (outcome: Outcome) =
        let run = { run with Phase = Phase.Ended outcome }

        go run (Effect.Finish outcome)

    let rowOf (plan: Plan) (run: inref<Run>) (state: string) (fact: Fact) : Row =
        let sequence = run.Memory.Sequence
        let task = plan.Node run.State

        {
            Sequence = sequence
            Visit = run.Visit
            Version = plan.Definition.Version
            Workflow = if sequence = 0L then plan.Definition.Name else null
            State = state
            Task = if task.Name = state then task.Task else ""
            Fact = fact
        }

    let placed (plan: Plan) (run: inref<Run>) (error: CanoError) : CanoError =
        error.In(plan.NameOf run.State)

    /// Why a state's choice of the next is refused; null when its declared edges allow it.
    let refusal (plan: Plan) (node: Node) (next: int) : CanoError | null =
        match node.Ways with
        | null -> null
        | ways when ways[next] -> null
        | _ ->
            let text =
                $"State '{node.Name}' returned '{plan.NameOf next}', which its declared edges do not allow"

            CanoError.Of(Fault.Workflow text)

    let work (plan: Plan) (run: inref<Run>) : Transition =
        let node = plan.Node run.State
        go { run with Phase = node.During } node.Begin

    /// What most rows say.
    let private entered = Fact.StateEntered null

    /// Writes a row: durably in a journaled run, in memory alone otherwise.
    /// interrupt: why the run fails once the row is written; null when it goes on.
    let rec record (plan: Plan) (run: Run) (row: Row) (interrupt: CanoError | null) =
        if run.Journaled then
            let run = {
                run with
                    Phase = Phase.Recording(row, interrupt)
            }

            go run (Effect.Append row)
        else
            written plan &run row interrupt

    and written (plan: Plan) (run: inref<Run>) (row: Row) (interrupt: CanoError | null) =
        let run = {
            run with
                Memory = Memory.remember row run.Memory
        }

        match interrupt with
        | null when run.Journaled && Snapshots.isDue plan.Definition run.Memory row ->
            record plan run (Snapshots.row plan.Definition run.Memory row) null
        | null -> after plan &run row
        | cause -> fail plan run cause

    /// What a run owes after its newest row, be the run live or resumed.
    and after (plan: Plan) (run: inref<Run>) (row: Row) : Transition =
        match row.Fact with
        | Fact.StateEntered _ -> work plan &run
        | Fact.Snapshot whole ->
            match whole.Last with
            | null -> work plan &run
            | last -> after plan &run last
        | Fact.CursorAdvanced _ ->
            let run = { run with Attempt = 1 }
            work plan &run
        | Fact.StepCompleted(next, _) ->
            let next = plan.NumberOf next

            match refusal plan (plan.Node run.State) next with
            | null -> enter plan &run next null
            | error -> fail plan run error
        | Fact.WaitStarted wait ->
            let phase =
                if wait.FailedAttempt = 0 then
                    Phase.Sleeping
                else
                    Phase.Waiting

            go { run with Phase = phase } (Effect.WaitUntil wait.Due)
        | Fact.RollbackStarted _
        | Fact.Compensated _ -> undo plan run
        | Fact.RollbackFinished outcome -> ended run (Outcome.Failed outcome)
        | Fact.Finished -> ended run (Outcome.Completed run.State)

    and undo (plan: Plan) (run: Run) : Transition =
        match Undo.next run.Memory with
        | UndoStep.Compensate entry ->
            let run = { run with Phase = Phase.Undoing entry }

            go run (Effect.Compensate entry)
        | UndoStep.Done outcome ->
            record
                plan
                run
                (rowOf plan &run (plan.NameOf run.State) (Fact.RollbackFinished outcome))
                null

    /// The one way into failure: what must be undone is undone, then the run ends.
    and fail (plan: Plan) (run: Run) (error: CanoError) : Transition =
        let cause = placed plan &run error

        match Undo.start cause run.Memory with
        | null -> ended run (Outcome.Failed cause)
        | fact -> record plan run (rowOf plan &run (plan.NameOf run.State) fact) null

    /// A new visit that leaves a row before its work.
    // Not inlined: it would make every plain transition clear the stack it needs.
    and [<MethodImpl(MethodImplOptions.NoInlining)>] arrive
        (plan: Plan)
        (run: Run)
        (node: Node)
        : Transition =
        let fact =
            if node.IsExit then
                Fact.Finished
            else
                match run.Split with
                | null -> entered
                | split -> Fact.StateEntered split

        record plan run (rowOf plan &run node.Name fact) null

    /// A new visit of a state. The common case, one without a row, is built in one go and allocates nothing.
    and enter (plan: Plan) (run: inref<Run>) (next: int) (split: SplitResult | null) =
        let node = plan.Node next

        let transition = {
            Run = {
                Memory = run.Memory
                Phase = node.During
                Split = split
                Visit = run.Visit + 1L
                State = next
                Attempt = 1
                Journaled = run.Journaled
            }
            Start = node.Begin
            Stop = false
        }

        if run.Journaled && node.LeavesRow then
            arrive plan transition.Run node
        else
            transition
