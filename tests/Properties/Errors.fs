namespace Cano.Properties

open System
open FSharp.Reflection
open Cano
open Cano.Kernel
open Xunit

/// What errors say about themselves.
type Errors() =

    let cause = CanoError.Generic "disk"

    let every: (Fault * string * string) list = [
        Fault.TaskExecution "text", "task_execution", "text"
        Fault.Store "text", "store", "text"
        Fault.Workflow "text", "workflow", "text"
        Fault.Configuration [| "one"; "two" |], "configuration", "one; two"
        Fault.RetryExhausted(3, cause), "retry_exhausted", "disk"
        Fault.Timeout "text", "timeout", "text"
        Fault.WorkflowTimeout(TimeSpan.FromSeconds 2.0, TimeSpan.FromSeconds 1.5),
        "workflow_timeout",
        "1.5 s after 2 s"
        Fault.Cancelled, "cancelled", "Workflow cancelled"
        Fault.CircuitOpen, "circuit_open", "open"
        Fault.RateLimited("daily", TimeSpan.FromSeconds 4.0), "rate_limited", "'daily'"
        Fault.CheckpointStore "text", "checkpoint_store", "text"
        Fault.CompensationFailed [| cause |], "compensation_failed", "disk"
        Fault.CompensationFailed [||], "compensation_failed", "Compensation failed"
        Fault.Generic "text", "generic", "text"
        Fault.ResourceNotFound "key", "resource_not_found", "'key'"
        Fault.ResourceTypeMismatch("key", "int", "text"), "resource_type_mismatch", "not a int"
        Fault.ResourceDuplicateKey "key", "resource_duplicate_key", "'key'"
        Fault.WorkflowVersionMismatch(1u, 2u), "workflow_version_mismatch", "version 1"
        Fault.OrphanedCompensation("pay", [| 1uy |]), "orphaned_compensation", "'pay'"
        Fault.Suspended "text", "suspended", "text"
        Fault.RunNotFound "text", "run_not_found", "text"
        Fault.RunEnded "text", "run_ended", "text"
        Fault.InputMissing "text", "input_missing", "text"
        Fault.InputTypeMismatch "text", "input_type_mismatch", "text"
        Fault.OutputMissing "text", "output_missing", "text"
    ]

    [<Fact>]
    [<Trait("ID", "C2"); Trait("ID", "C12")>]
    member _.``every fault has its category and says what went wrong``() =
        for fault, category, text in every do
            let error = CanoError.Of fault
            Assert.Equal(category, error.Category)
            Assert.Contains(text, error.Message)
            Assert.Contains(text, error.ToString())

    [<Fact>]
    [<Trait("ID", "S11")>]
    member _.``of every fault its category alone can be told, of an unknown one its name``() =
        let cases = FSharpType.GetUnionCases typeof<Fault> |> Array.length

        let categories =
            every |> List.map (fun (_, category, _) -> category) |> List.distinct

        Assert.Equal(cases, categories.Length)

        for category in categories do
            Assert.Equal(category, (FaultCategory.ofCategory category "no more").Category)

        Assert.Equal(Fault.Generic "newer: no more", FaultCategory.ofCategory "newer" "no more")

    [<Fact>]
    [<Trait("ID", "C4"); Trait("ID", "Y24")>]
    member _.``only exhausted retries have a source, failed rollbacks errors, configurations problems``
        ()
        =
        for fault, _, _ in every do
            let error = CanoError.Of fault
            Assert.Equal(fault.IsRetryExhausted, not (isNull error.Source))
            Assert.Equal(fault.IsConfiguration, error.Problems.Count > 0)
            Assert.True(fault.IsCompensationFailed || error.Errors.Count = 0)

    [<Fact>]
    [<Trait("ID", "C7")>]
    member _.``the attempt at fault: the last of several, none of a stopped run, else the first``
        ()
        =
        let attempt fault = (CanoError.Of(fault).In "S").Attempt
        Law.equal 3 (attempt (Fault.RetryExhausted(3, cause)))
        Law.equal 0 (attempt Fault.Cancelled)
        Law.equal 0 (attempt Fault.CircuitOpen)
        Law.equal 0 (attempt (Fault.WorkflowTimeout(TimeSpan.Zero, TimeSpan.Zero)))
        Law.equal 1 (attempt (Fault.Generic "text"))

    [<Fact>]
    [<Trait("ID", "C8"); Trait("ID", "C12")>]
    member _.``of a failed rollback the original error has the place too, and all are printed``() =
        let failures = [| CanoError.Of Fault.Cancelled; cause |]

        let error =
            (CanoError.Of(Fault.CompensationFailed failures).In "S").Along [| "A"; "S" |]

        Law.equal
            ("S", [ "A"; "S" ])
            (string error.Errors[0].State, List.ofSeq error.Errors[0].Path)

        Assert.Null error.Errors[1].State
        let text = error.ToString()
        Assert.Contains("state=S", text)
        Assert.Contains("path=[A, S]", text)
        Assert.Contains("compensation #1: disk", text)

    [<Fact>]
    [<Trait("ID", "N7")>]
    member _.``limits that make no sense are refused``() =
        let refused (make: unit -> obj) =
            Assert.Throws<ArgumentOutOfRangeException>(fun () -> make () |> ignore)
            |> ignore

        refused (fun () -> CircuitPolicy(0, Nullable(), 1))
        refused (fun () -> CircuitPolicy(1, Nullable(), 0))
        refused (fun () -> CircuitPolicy(1, Nullable(TimeSpan.FromSeconds -1.0), 1))
        refused (fun () -> ConcurrentStrategy.WaitForQuota 0)
        refused (fun () -> ConcurrentStrategy.WaitDuration(TimeSpan.FromSeconds -1.0))
        refused (fun () -> ConcurrentStrategy.WaitQuotaOrDuration(0, TimeSpan.Zero))

    [<Fact>]
    member _.``waiting for instances has a quota, a duration, both, or neither``() =
        let parts (strategy: ConcurrentStrategy) =
            Option.ofNullable strategy.Quota, Option.ofNullable strategy.Duration

        let span = TimeSpan.FromSeconds 3.0
        Law.equal (None, None) (parts ConcurrentStrategy.WaitForever)
        Law.equal (Some 2, None) (parts (ConcurrentStrategy.WaitForQuota 2))
        Law.equal (None, Some span) (parts (ConcurrentStrategy.WaitDuration span))
        Law.equal (Some 2, Some span) (parts (ConcurrentStrategy.WaitQuotaOrDuration(2, span)))

    [<Fact>]
    member _.``a failed rollback of no errors has a place and a path like any other``() =
        let error =
            (CanoError.Of(Fault.CompensationFailed [||]).In "S").Along [| "A"; "S" |]

        Law.equal ("S", 1, 2) (string error.State, error.Attempt, error.Path.Count)
        Assert.Empty error.Errors
        Assert.Contains("Compensation failed", error.ToString())
