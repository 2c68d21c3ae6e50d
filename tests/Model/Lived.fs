namespace Cano.Model

open System
open System.Threading.Tasks
open Cano
open Cano.Kernel
open Cano.Runtime.Cancellation
open Cano.Runtime.Runs
open Cano.Runtime.StoredRuns
open Cano.Testing.Driving

/// A story lived by the real system: the interpreter runs a workflow made of it, on virtual time.
[<RequireQualifiedAccess>]
module Lived =

    let private id = "run"

    /// A run that gets stuck is a failure, not a hang.
    let private patience = TimeSpan.FromMinutes 2.0

    /// Longer than all other time limits.
    let private grace = TimeSpan.FromDays 2_000.0

    let private wait (answer: Task<'Answer>) = answer.GetAwaiter().GetResult()

    /// Asks for a cancel as an engine does: it is durable before the run hears of it.
    let private cancel (story: Story) (beneath: MemoryCheckpointStore) (control: RunControl) =
        let isAccepted () =
            try
                wait (StoredCancel.AcceptAsync(beneath, id, InboxItem.Cancel()))
            with :? CanoException as refused when refused.Error.Fault.IsRunNotFound ->
                false

        if not story.Journaled then
            control.Cancel {
                Reason = null
                RequestedAt = Stage.Epoch
            }

            true
        elif isAccepted () then
            control.Cancel(nonNull (wait (StoredCancel.FindAsync(beneath, id).AsTask())))
            true
        else
            false

    let private ask (story: Story) beneath (control: RunControl) (what: Interrupt) =
        match what with
        | Interrupt.Suspend ->
            control.Suspend grace
            true
        | _ -> cancel story beneath control

    /// Whether somebody outside asks anything of the run.
    let private isHeld (story: Story) =
        story.Interrupts
        |> List.exists (fun (_, what) -> what.IsSuspend || what.IsCancelForGood)

    /// Such a run is an engine's.
    let private hasChildren (story: Story) =
        story.Places |> List.exists _.Work.IsChildren

    let private request (again: Again option) (control: RunControl option) host =
        RunRequest(
            id,
            Control = Option.toObj control,
            Host = Option.toObj host,
            For =
                if again = Some Again.Retry then
                    TakeUpFor.Retry
                else
                    TakeUpFor.Itself
        )

    /// One process; how its run ended, and whether it rests.
    let private life (workflow: Workflow<string>) (stage: Stage) beneath again = task {
        stage.Begin()
        let story = stage.Story
        let control = if isHeld story then Some(RunControl()) else None
        control |> Option.iter (fun control -> stage.Ask <- ask story beneath control)

        let hosted = if hasChildren story then Some(Hosted stage) else None
        let host = hosted |> Option.map (fun hosted -> hosted :> IRunHost)

        let workflow =
            match hosted with
            | Some hosted -> ListenedWorkflow.By(workflow, hosted)
            | None -> workflow

        let isPlain = control.IsNone && host.IsNone

        try
            let run =
                match again with
                | None when isPlain -> workflow.OrchestrateAsync(story.Initial, id, stage.Token)
                | None ->
                    let asked = request again control host

                    Runs.StartAsync(workflow.Compiled, story.Initial, &asked, stage.Token).AsTask()
                | Some Again.Resume when isPlain -> workflow.ResumeFromAsync(id, stage.Token)
                | Some _ ->
                    Runs
                        .ResumeAsync(workflow.Compiled, request again control host, stage.Token)
                        .AsTask()

            let! exit = run.WaitAsync patience
            return $"Done {exit}", false
        with :? CanoException as failure ->
            return Reading.outcome failure.Error, failure.Error.Fault.IsSuspended
    }

    /// What becomes of a story.
    let tellAsync (story: Story) : Task<Told> = task {
        let stage = Stage story
        let workflow = Wiring.workflow stage
        let beneath = MemoryCheckpointStore(stage.Clock)
        let results = ResizeArray<string>()
        let mutable agains = story.Agains
        let mutable again = None
        let mutable kept = 0
        let mutable goesOn = true

        while goesOn do
            let store = MortalStore(stage, beneath)

            let journaled =
                if story.Journaled then
                    workflow.WithCheckpointStore store
                else
                    workflow

            let! result, isAtRest = life journaled stage beneath again
            results.Add result
            let! rows = (beneath :> ICheckpointStore).LoadRunAsync id
            kept <- rows.Count
            again <- Some Again.Resume

            if not (store.IsDead || isAtRest) then
                goesOn <- kept > 0 && not agains.IsEmpty

                if goesOn then
                    again <- Some agains.Head
                    agains <- agains.Tail

            if goesOn then
                stage.Clock.Advance(TimeSpan.FromMilliseconds(float story.Rest))
                stage.Moment() |> ignore

        return {
            Rows = List.ofSeq stage.Rows
            Hooks = List.ofSeq stage.Hooks
            Calls = List.ofSeq stage.Calls
            Results = List.ofSeq results
            Kept = kept
        }
    }
