namespace Cano.Properties

open Cano
open Cano.Kernel
open global.Xunit
open global.Xunit.Abstractions

/// A cursor belongs to one visit.
type Cursors(output: ITestOutputHelper) =
    inherit Laws(output)

    /// A visit's first attempt, before any answer of the visit.
    let firsts (played: Played) =
        played.Moments
        |> List.filter (fun moment ->
            moment.After.Start.IsRunTask
            && moment.After.Run.Visit > moment.Before.Visit
            && match Answers.stepOf played.Plan moment.After.Run.State with
               | Some(StepKind.Stepped _ | StepKind.Stream _) -> true
               | _ -> false)

    let clean (run: Run) =
        Law.equal (null: Cursor | null) (DurableState.cursorOf run.Visit run.Durable)
        Law.equal 0L (DurableState.stepsOf run.Visit run.Durable)

    [<Law(2_000)>]
    [<Trait("ID", "Y7")>]
    member law.``without a journal too, a new visit begins without a cursor``() =
        law.Holds [] Scenarios.undisturbed (fun scenario ->
            let played =
                Play.scenario {
                    scenario with
                        Journaled = false
                        Crashes = []
                }

            for moment in firsts played do
                clean moment.After.Run

            [])
