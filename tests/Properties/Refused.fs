namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open Cano.Model
open FsCheck.FSharp
open Xunit
open Xunit.Abstractions

/// Why rows are not resumed under a plan.
type Refused(output: ITestOutputHelper) =
    inherit Laws(output)

    let definition =
        Definitions.workflow [
            Definitions.state "S" (StepKind.Compensatable(Definitions.noRetry, TaskPolicy.Once))
        ] [ "Done" ]

    let row sequence state fact : Row = {
        Sequence = sequence
        Visit = sequence
        Version = definition.Version
        Start = if sequence = 0L then RunStart.Of definition.Name else null
        State = state
        Task = ""
        Fact = fact
        Data = StateData.None
    }

    let refusal (rows: Row list) =
        match Recovery.recover (Plan.Compile definition) "run" (Array.ofList rows) with
        | Recovered.Refused error -> error
        | Recovered.Found _ -> failwith "The rows were not refused."

    let entered = row 0L "S" (Fact.StateEntered null)

    [<Fact>]
    [<Trait("ID", "F5")>]
    member _.``a row of another version is refused with both versions``() =
        Law.equal
            (Fault.WorkflowVersionMismatch(9u, definition.Version))
            (refusal [ { entered with Version = 9u } ]).Fault

    [<Fact>]
    member _.``a run of another workflow's name is refused with both names``() =
        let message (name: string | null) =
            (refusal [
                {
                    entered with
                        Start = RunStart.Of name
                }
            ])
                .Message

        Assert.Contains("'other'", message "other")
        Assert.Contains("'orders'", message "other")
        Assert.Contains("no name", message null)
        Assert.Contains("no name", (refusal [ { entered with Start = null } ]).Message)

    [<Fact>]
    [<Trait("ID", "F4")>]
    member _.``a last state that the workflow does not have is refused``() =
        for rows in
            [
                [ row 0L "Lost" (Fact.StateEntered null) ]
                [ row 0L "Lost" Fact.Finished ]
                [ row 0L "S" (Fact.StepCompleted("Lost", [||])) ]
                [ row 0L "Lost" (Fact.StepCompleted("S", [||])) ]
            ] do
            let error = refusal rows
            Assert.Equal("workflow", error.Category)
            Assert.Contains("'Lost'", error.Message)

    [<Fact>]
    [<Trait("ID", "Y14")>]
    member _.``a snapshot of nothing is damage``() =
        let error = refusal [ row 0L "S" (Fact.Snapshot DurableState.empty) ]
        Assert.Equal("checkpoint_store", error.Category)

    [<Fact>]
    member _.``a state that the workflow has by the name alone is found, and an exit that it has ends``
        ()
        =
        let stored = [|
            {
                row 0L "Done" Fact.Finished with
                    Start = RunStart.Of "orders"
            }
        |]

        match Recovery.recover (Plan.Compile definition) "run" stored with
        | Recovered.Found(run, _, _) ->
            let plan = Plan.Compile definition
            let after = Play.step plan run RunEvent.Resumed
            Law.equal (Effect.Finish(Outcome.Completed(plan.NumberOf "Done"))) after.Start
        | Recovered.Refused error -> Assert.Fail(string error)

    [<Fact>]
    member _.``a rollback whose cause names no state goes on in the state of its newest row``() =
        let rows = [
            entered
            row 1L "S" (Fact.StepCompleted("S", [||]))
            row 2L "S" (Fact.RollbackStarted(CanoError.Of Fault.Cancelled))
        ]

        let plan = Plan.Compile definition
        let run = Play.recover plan rows
        Law.equal (plan.NumberOf "S") run.State
        Assert.True((Play.step plan run RunEvent.Resumed).Start.IsCompensate)

    [<Fact>]
    member _.``a run that has no rows and is told that it was resumed does nothing``() =
        let plan = Plan.Compile definition
        let fresh = Run.Fresh(Target.Of(plan.NumberOf "S"))
        let after = Play.step plan fresh RunEvent.Resumed
        Law.equal fresh after.Run
        Law.equal Effect.Await after.Start
