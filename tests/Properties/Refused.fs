namespace Cano.Properties

open Cano
open Cano.Kernel
open Cano.Model
open Xunit

/// Why rows are not resumed under a plan.
type Refused() =

    let definition =
        Definitions.workflow [ Definitions.state "S" (Step.Compensatable Definitions.noRetry) ] [
            "Done"
        ]

    let row sequence state fact : Row = {
        Sequence = sequence
        Visit = sequence
        Version = definition.Version
        Workflow = if sequence = 0L then definition.Name else null
        State = state
        Task = ""
        Fact = fact
    }

    let refusal (rows: Row list) =
        let stored = rows |> List.map Stored.ofRow |> Array.ofList

        match Recovery.recover (Plan.Compile definition) "run" stored with
        | Recovered.Refused error -> error
        | Recovered.Found _ -> failwith "The rows were not refused."

    let entered = row 0L "S" (Fact.StateEntered null)

    [<Fact>]
    member _.``F5 a row of another version is refused with both versions``() =
        Law.equal
            (Fault.WorkflowVersionMismatch(9u, definition.Version))
            (refusal [ { entered with Version = 9u } ]).Fault

    [<Fact>]
    member _.``a run of another workflow's name is refused with both names``() =
        let message = (refusal [ { entered with Workflow = "other" } ]).Message
        Assert.Contains("'other'", message)
        Assert.Contains("'orders'", message)
        Assert.Contains("no name", (refusal [ { entered with Workflow = null } ]).Message)

    [<Fact>]
    member _.``F4 a last state that the workflow does not have is refused``() =
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
    member _.``Y14 a snapshot of nothing is damage``() =
        let error = refusal [ row 0L "S" (Fact.Snapshot Memory.empty) ]
        Assert.Equal("checkpoint_store", error.Category)

    [<Fact>]
    member _.``Y14 the first of several damaged rows is named``() =
        let broken sequence =
            Stored.from {
                Stored.parts (row sequence "S" Fact.Finished) with
                    Kind = RowKind.WaitStarted
                    Payload = [| 255uy |]
            }

        match Recovery.recover (Plan.Compile definition) "run" [| broken 0L; broken 1L |] with
        | Recovered.Refused error -> Assert.Contains("run_id=run sequence=", error.Message)
        | Recovered.Found _ -> Assert.Fail "Damage was skipped."

    [<Fact>]
    member _.``a state that the workflow has by the name alone is found, and an exit that it has ends``
        ()
        =
        let stored = [|
            Stored.ofRow {
                row 0L "Done" Fact.Finished with
                    Workflow = "orders"
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
    member _.``D16 nothing is left to resume after an exit or a rollback that undid everything``() =
        let error = CanoError.Of Fault.Cancelled
        let dirty = CanoError.Of(Fault.CompensationFailed [| error |])

        let isSettled fact =
            Recovery.isSettled (Stored.ofRow (row 3L "S" fact))

        Assert.True(isSettled Fact.Finished)
        Assert.True(isSettled (Fact.RollbackFinished error))
        Assert.False(isSettled (Fact.RollbackFinished dirty))
        Assert.False(isSettled (Fact.RollbackStarted error))
        Assert.False(isSettled (Fact.StateEntered null))

        let damaged =
            Stored.from {
                Stored.parts (row 3L "S" (Fact.RollbackFinished error)) with
                    Payload = [| 255uy |]
            }

        Assert.False(Recovery.isSettled damaged)

    [<Fact>]
    member _.``a run that has no rows and is told that it was resumed does nothing``() =
        let plan = Plan.Compile definition
        let fresh = Run.Fresh(plan.NumberOf "S")
        let after = Play.step plan fresh RunEvent.Resumed
        Law.equal fresh after.Run
        Law.equal Effect.Await after.Start
