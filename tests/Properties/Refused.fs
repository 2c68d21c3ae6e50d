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
        | Recovered.Refused error -> Assert.Contains("workflow_id=run sequence=", error.Message)
        | Recovered.Found _ -> Assert.Fail "Damage was skipped."
