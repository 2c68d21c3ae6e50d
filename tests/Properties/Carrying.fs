namespace Cano.Properties

open Cano
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// What a state carries goes with the run, whatever befalls it.
type Carrying(output: ITestOutputHelper) =
    inherit Laws(output)

    let scenarios =
        [ Scenarios.any; Scenarios.suspended; Scenarios.stopped; Scenarios.undisturbed ]
        |> List.map Arb.toGen
        |> Gen.oneof
        |> Arb.fromGen

    /// What a visit's answer gave the state; a join may have led there without.
    let isGiven (state: int) (visit: int64) (data: StateData) =
        data.IsNone || data = (Answers.carrying (visit - 1L) state).Data

    let isJoined (played: Played) (visit: int64) =
        played.Moments
        |> List.exists (fun moment ->
            moment.Before.Visit = visit - 1L && moment.Before.Phase.IsJoining)

    [<Law(5_000)>]
    [<Trait("ID", "Y34")>]
    member law.``in every moment a run has what it came to its state with, and undoes a step with the step's``
        ()
        =
        law.Holds [ "after a crash"; "a router"; "undone"; "summed up" ] scenarios (fun scenario ->
            let played = Play.scenario scenario

            for moment in played.Moments do
                let run = moment.After.Run

                if run.Visit >= 0L && isNull run.Durable.Rollback then
                    if not (isGiven run.State run.Visit run.Data) then
                        Assert.Fail $"%A{run}"

                    if run.Data.IsNone && not (isJoined played run.Visit) then
                        Law.equal StateData.None (Answers.carrying (run.Visit - 1L) run.State).Data

                for entry in run.Durable.Undo @ run.Durable.NotUndone do
                    let state = played.Plan.NumberOf entry.State

                    if not (isGiven state entry.Visit entry.Data) then
                        Assert.Fail $"%A{entry}"

                    if entry.Data.IsNone && not (isJoined played entry.Visit) then
                        Law.equal StateData.None (Answers.carrying (entry.Visit - 1L) state).Data

            let isOf (kind: StepKind -> bool) (moment: Moment) =
                Answers.stepOf played.Plan moment.After.Run.State |> Option.exists kind

            Law.met [
                "after a crash",
                played.Moments
                |> List.exists (fun moment ->
                    moment.Event.IsResumed && not moment.After.Run.Data.IsNone)
                "a router",
                played.Moments
                |> List.exists (fun moment ->
                    isOf _.IsRouter moment && not moment.After.Run.Data.IsNone)
                "undone",
                played.Moments
                |> List.exists (fun moment ->
                    match moment.After.Start with
                    | Effect.Compensate entry -> not entry.Data.IsNone
                    | _ -> false)
                "summed up",
                played.Rows
                |> List.exists (fun row -> row.Fact.IsSnapshot && not row.Data.IsNone)
            ])
