namespace Cano.Properties

open System
open Cano
open Cano.Kernel

/// What children answer, and their parent about them.
[<RequireQualifiedAccess>]
module ChildAnswers =

    let start index : ChildStart = {
        RunId = $"run/child{index}"
        WorkflowName = "child"
        WorkflowVersion = 1u
        InitialState = "Start"
        Input = null
        Index = index
        Data = StateData.None
    }

    let ending (status: RowStatus) index : ChildEnding = {
        RunId = $"run/child{index}"
        Status = status
        Exit = if status = RowStatus.Completed then "Done" else null
        Output = null
        Error =
            if status = RowStatus.Completed then
                null
            else
                CanoError.Of(Fault.TaskExecution "a child failed")
        Index = index
        Sequence = 3L
        Data = StateData.None
    }

    let private listingOf (join: SplitDefinition) count choice : Listing = {
        Items = Array.replicate count null
        Due =
            if join.Timeout.HasValue then
                Nullable(Answers.epoch.AddMinutes(float choice))
            else
                Nullable()
    }

    let beginning (run: Run) (children: ChildrenDefinition) choice =
        let answer =
            match children.Join with
            | null -> Answer.ChildNamed(start 0)
            | join ->
                let count =
                    match join.Branches with
                    | null -> choice % 5
                    | branches -> branches.Count

                Answer.ItemsListed(listingOf join count choice)

        RunEvent.Answered(run.Visit, answer)

    /// One of the children under way ends, or something else comes.
    let next (run: Run) (children: AwaitedChild list) (until: Nullable<_>) recalled choice =
        let answer =
            match choice % 9 with
            | 0 when until.HasValue -> Answer.SplitTimedOut
            | 1 -> Answer.Woken
            | 2 when not recalled -> Answer.FailedForGood(CanoError.Of(Fault.Workflow "no child"))
            | _ ->
                let status =
                    match choice % 10 with
                    | 0
                    | 1 -> RowStatus.Failed
                    | 2 -> RowStatus.RolledBack
                    | _ when recalled && choice % 4 > 0 -> RowStatus.Cancelled
                    | _ -> RowStatus.Completed

                let one = children[choice % children.Length].Child
                Answer.WokenBy(Fact.ChildEnded(ending status one.Index))

        RunEvent.Answered(run.Visit, answer)
