namespace Cano.Kernel

open System
open Cano

/// A fault that is known by its category alone, as a row's head knows it.
[<RequireQualifiedAccess>]
module internal FaultCategory =

    /// A fault of which only the category is known; text: said in place of all else. One of a
    /// category that this build does not know is `Generic`, and its text names it.
    [<CompiledName "Of">]
    let ofCategory (category: string) (text: string) : Fault =
        match category with
        | "task_execution" -> Fault.TaskExecution text
        | "store" -> Fault.Store text
        | "workflow" -> Fault.Workflow text
        | "configuration" -> Fault.Configuration [| text |]
        | "retry_exhausted" -> Fault.RetryExhausted(0, CanoError.Of(Fault.Generic text))
        | "timeout" -> Fault.Timeout text
        | "workflow_timeout" -> Fault.WorkflowTimeout(TimeSpan.Zero, TimeSpan.Zero)
        | "cancelled" -> Fault.Cancelled
        | "circuit_open" -> Fault.CircuitOpen
        | "rate_limited" -> Fault.RateLimited("", TimeSpan.Zero)
        | "checkpoint_store" -> Fault.CheckpointStore text
        | "compensation_failed" -> Fault.CompensationFailed [| CanoError.Of(Fault.Generic text) |]
        | "resource_not_found" -> Fault.ResourceNotFound ""
        | "resource_type_mismatch" -> Fault.ResourceTypeMismatch("", "", "")
        | "resource_duplicate_key" -> Fault.ResourceDuplicateKey ""
        | "workflow_version_mismatch" -> Fault.WorkflowVersionMismatch(0u, 0u)
        | "orphaned_compensation" -> Fault.OrphanedCompensation("", Array.empty)
        | "suspended" -> Fault.Suspended text
        | "run_not_found" -> Fault.RunNotFound text
        | "run_ended" -> Fault.RunEnded text
        | "input_missing" -> Fault.InputMissing text
        | "input_type_mismatch" -> Fault.InputTypeMismatch text
        | "output_missing" -> Fault.OutputMissing text
        | "generic" -> Fault.Generic text
        | unknown -> Fault.Generic(Words.sentence $"{unknown}: {text}")
