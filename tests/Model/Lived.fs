namespace Cano.Model

open System
open System.Threading.Tasks
open Cano

/// A story lived by the real system: the interpreter runs a workflow made of it, on virtual time.
[<RequireQualifiedAccess>]
module Lived =

    let private id = "run"

    /// A run that gets stuck is a failure, not a hang.
    let private patience = TimeSpan.FromMinutes 2.0

    /// One process; how its run ended.
    let private life (workflow: Workflow<string>) (stage: Stage) isFirst : Task<string> = task {
        stage.Begin()

        try
            let run =
                if isFirst then
                    workflow.OrchestrateAsync(stage.Story.Initial, id, stage.Token)
                else
                    workflow.ResumeFromAsync(id, stage.Token)

            let! exit = run.WaitAsync patience
            return $"Done {exit}"
        with :? CanoException as failure ->
            return Reading.outcome failure.Error
    }

    /// What becomes of a story.
    let tellAsync (story: Story) : Task<Told> = task {
        let stage = Stage story
        let workflow = Wiring.workflow stage
        let beneath = MemoryCheckpointStore()
        let results = ResizeArray<string>()
        let mutable resumes = story.Resumes
        let mutable kept = 0
        let mutable goesOn = true

        while goesOn do
            let store = MortalStore(stage, beneath)

            let journaled =
                if story.Journaled then
                    workflow.WithCheckpointStore store
                else
                    workflow

            let! result = life journaled stage (results.Count = 0)
            results.Add result
            let! rows = (beneath :> ICheckpointStore).LoadRunAsync id
            kept <- rows.Count

            if not store.IsDead then
                goesOn <- kept > 0 && resumes > 0
                resumes <- resumes - 1

            stage.Clock.Advance(TimeSpan.FromMilliseconds(float story.Rest))

        return {
            Rows = List.ofSeq stage.Rows
            Hooks = List.ofSeq stage.Hooks
            Calls = List.ofSeq stage.Calls
            Results = List.ofSeq results
            Kept = kept
        }
    }
