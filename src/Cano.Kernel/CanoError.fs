namespace Cano

open System
open System.Collections.Generic
open Cano.Kernel

/// What went wrong. The set is closed: a complete match covers every failure of a workflow.
[<RequireQualifiedAccess>]
type Fault =
    /// A task's body threw. Text: "{exception type}: {message}".
    | TaskExecution of Text: string
    /// A value of a MemoryStore is missing, or is not of the type asked for.
    | Store of Text: string
    /// The workflow was used or wired in a way that shows only while it runs.
    | Workflow of Text: string
    /// The workflow's wiring is wrong. Reasons: every problem found, one sentence each.
    | Configuration of Reasons: string[]
    /// Every attempt failed. Attempts: how many were made, at least 2. Last: the last one's error.
    | RetryExhausted of Attempts: int * Last: CanoError
    /// An attempt or a compensation took longer than it may.
    | Timeout of Text: string
    /// The whole run took longer than it may.
    | WorkflowTimeout of Elapsed: TimeSpan * Limit: TimeSpan
    /// The run's own token asked it to stop.
    | Cancelled
    /// A circuit breaker is open.
    | CircuitOpen
    /// A rate limiter's tier has nothing left. RetryAfter: when asking again may help.
    | RateLimited of Tier: string * RetryAfter: TimeSpan
    /// The checkpoint store failed or refused.
    | CheckpointStore of Text: string
    /// A rollback did not succeed. Failures: the original error, then those of the compensations.
    | CompensationFailed of Failures: CanoError[]
    /// Anything else.
    | Generic of Text: string
    | ResourceNotFound of Key: string
    | ResourceTypeMismatch of Key: string * Wanted: string * Stored: string
    | ResourceDuplicateKey of Key: string
    /// The run was started by another version of the workflow.
    | WorkflowVersionMismatch of Stored: uint32 * Expected: uint32
    /// A finished step that nothing can undo. Output: the step's journaled output.
    | OrphanedCompensation of Task: string * Output: byte[]
    /// The run stopped before its end, and undid nothing: it can be gone on with.
    | Suspended of Text: string
    /// There is no run of that id.
    | RunNotFound of Text: string
    /// The run has ended, and takes nothing more.
    | RunEnded of Text: string
    /// The run was started without an input.
    | InputMissing of Text: string
    /// The run's input cannot be read as the type that was asked for.
    | InputTypeMismatch of Text: string
    /// The run reached its exit, or ended, without an output.
    | OutputMissing of Text: string

    /// The kind of error in snake_case; stable, made for metrics and switches.
    member this.Category: string =
        match this with
        | Fault.TaskExecution _ -> "task_execution"
        | Fault.Store _ -> "store"
        | Fault.Workflow _ -> "workflow"
        | Fault.Configuration _ -> "configuration"
        | Fault.RetryExhausted _ -> "retry_exhausted"
        | Fault.Timeout _ -> "timeout"
        | Fault.WorkflowTimeout _ -> "workflow_timeout"
        | Fault.Cancelled -> "cancelled"
        | Fault.CircuitOpen -> "circuit_open"
        | Fault.RateLimited _ -> "rate_limited"
        | Fault.CheckpointStore _ -> "checkpoint_store"
        | Fault.CompensationFailed _ -> "compensation_failed"
        | Fault.Generic _ -> "generic"
        | Fault.ResourceNotFound _ -> "resource_not_found"
        | Fault.ResourceTypeMismatch _ -> "resource_type_mismatch"
        | Fault.ResourceDuplicateKey _ -> "resource_duplicate_key"
        | Fault.WorkflowVersionMismatch _ -> "workflow_version_mismatch"
        | Fault.OrphanedCompensation _ -> "orphaned_compensation"
        | Fault.Suspended _ -> "suspended"
        | Fault.RunNotFound _ -> "run_not_found"
        | Fault.RunEnded _ -> "run_ended"
        | Fault.InputMissing _ -> "input_missing"
        | Fault.InputTypeMismatch _ -> "input_type_mismatch"
        | Fault.OutputMissing _ -> "output_missing"

    /// What went wrong in one sentence. Of exhausted retries the last attempt's, of a failed
    /// rollback the original error's.
    member this.Message: string =
        // A loop, for errors may lie deeper than the stack.
        let rec told fault =
            match fault with
            | Fault.TaskExecution text
            | Fault.Store text
            | Fault.Workflow text
            | Fault.Timeout text
            | Fault.CheckpointStore text
            | Fault.Generic text
            | Fault.Suspended text
            | Fault.RunNotFound text
            | Fault.RunEnded text
            | Fault.InputMissing text
            | Fault.InputTypeMismatch text
            | Fault.OutputMissing text -> text
            | Fault.Configuration reasons -> String.Join("; ", reasons)
            | Fault.RetryExhausted(_, last) -> told last.Fault
            | Fault.CompensationFailed failures when failures.Length > 0 -> told failures[0].Fault
            | Fault.WorkflowTimeout(elapsed, limit) ->
                $"Workflow exceeded its total timeout of {Words.span limit} after {Words.measured elapsed}"
            | Fault.Cancelled -> "Workflow cancelled"
            | Fault.CircuitOpen -> "Circuit breaker is open"
            | Fault.RateLimited(tier, retryAfter) ->
                $"Rate limit '{tier}' is exhausted; try again in {Words.measured retryAfter}"
            | Fault.CompensationFailed _ -> "Compensation failed"
            | Fault.ResourceNotFound key ->
                $"No resource under key '{key}': insert it into the Resources the workflow was made with"
            | Fault.ResourceTypeMismatch(key, wanted, stored) ->
                Words.sentence $"Resource '{key}' is a {stored}, not a {wanted}"
            | Fault.ResourceDuplicateKey key -> $"A resource under key '{key}' is there already"
            | Fault.WorkflowVersionMismatch(stored, expected) ->
                Words.sentence
                    $"The run was written by workflow version {stored}; this workflow is version {expected}: resume the run with the version that began it"
            | Fault.OrphanedCompensation(task, output) ->
                Words.sentence
                    $"Nothing can compensate '{task}'; its output of {output.Length} bytes is kept in the error"

        told this

    // C#'s == and !=.
    static member op_Equality(left: Fault | null, right: Fault | null) = Object.Equals(left, right)

    static member op_Inequality(left: Fault | null, right: Fault | null) =
        not (Object.Equals(left, right))

    /// Everything there is to say, on one line.
    override this.ToString() =
        match this with
        | Fault.RetryExhausted(attempts, last) ->
            Words.sentence $"Retry exhausted after {attempts} attempt(s): {last.Message}"
        | Fault.CompensationFailed failures when failures.Length > 0 ->
            let told = failures |> Array.map _.Message

            let later i text =
                Words.sentence $"; compensation #{i}: {text}"

            Words.sentence $"Compensation failed ({told.Length} error(s)); original: {told[0]}"
            + String.Concat(told |> Seq.mapi later |> Seq.skip 1)
        | _ -> this.Message

/// An error of a workflow: what went wrong, and where.
and [<CustomEquality; NoComparison>] CanoError = {
    Fault: Fault
    /// The state that failed; null outside any state.
    State: string | null
    /// The attempt that failed, from 1; 0 where none was at fault: cancelled, timed out, refused.
    Attempt: int
    /// The most recent states of the run, at most 64, oldest first, the one that failed last.
    Path: IReadOnlyList<string>
    /// What was thrown, in the process that saw it: of exhausted retries by the last attempt. Not
    /// journaled, and no part of equality.
    Exception: exn | null
} with

    /// An error without a place: the engine fills it in when the error leaves a run.
    static member Of(fault: Fault) = {
        Fault = fault
        State = null
        Attempt = 0
        Path = Array.empty
        Exception =
            match CanoError.Behind fault with
            | :? CanoError as error -> error.Exception
            | _ -> null
    }

    /// The error that a fault is told by; a caller of another language may have left it out.
    static member private Behind(fault: Fault) : obj | null =
        ArgumentNullException.ThrowIfNull fault

        match fault with
        | Fault.RetryExhausted(_, last) -> box last
        | Fault.CompensationFailed failures ->
            Seq.tryHead failures |> Option.map box |> Option.toObj
        | _ -> null

    /// The same error with what was thrown, unless it has that already.
    member internal this.Thrown(thrown: exn) : CanoError =
        match this.Exception with
        | null -> { this with Exception = thrown }
        | _ -> this

    /// An error of a task's own, told in a sentence: throw it in a CanoException.
    static member Generic(text: string) = CanoError.Of(Fault.Generic text)

    /// The same error with the state in which it happened, and the attempt that was at fault: none
    /// when the run was stopped. Of a failed rollback the original error gets them too.
    member internal this.In(state: string) : CanoError =
        let attempt =
            match this.Fault with
            | Fault.RetryExhausted(attempts, _) -> attempts
            | Fault.CircuitOpen
            | Fault.WorkflowTimeout _
            | Fault.Cancelled -> 0
            | Fault.TaskExecution _
            | Fault.Store _
            | Fault.Workflow _
            | Fault.Configuration _
            | Fault.Timeout _
            | Fault.RateLimited _
            | Fault.CheckpointStore _
            | Fault.CompensationFailed _
            | Fault.Generic _
            | Fault.ResourceNotFound _
            | Fault.ResourceTypeMismatch _
            | Fault.ResourceDuplicateKey _
            | Fault.WorkflowVersionMismatch _
            | Fault.OrphanedCompensation _
            | Fault.Suspended _
            | Fault.RunNotFound _
            | Fault.RunEnded _
            | Fault.InputMissing _
            | Fault.InputTypeMismatch _
            | Fault.OutputMissing _ -> 1

        let fault =
            match this.Fault with
            | Fault.CompensationFailed failures when failures.Length > 0 ->
                Fault.CompensationFailed(Array.updateAt 0 (failures[0].In state) failures)
            | fault -> fault

        {
            this with
                Fault = fault
                State = state
                Attempt = attempt
        }

    /// The same error with the path of its run; of a failed rollback the original one gets it too.
    member internal this.Along(path: IReadOnlyList<string>) : CanoError =
        match this.Fault with
        | Fault.CompensationFailed failures when failures.Length > 0 ->
            let first = { failures[0] with Path = path }

            {
                this with
                    Path = path
                    Fault = Fault.CompensationFailed [| first; yield! Seq.skip 1 failures |]
            }
        | _ -> { this with Path = path }

    /// The kind of error in snake_case; stable, made for metrics and switches.
    member this.Category = this.Fault.Category

    /// What went wrong in one sentence. Of exhausted retries the last attempt's, of a failed
    /// rollback the original error's.
    member this.Message = this.Fault.Message

    /// Of exhausted retries the last attempt's error, else null.
    member this.Source: CanoError | null =
        match this.Fault with
        | Fault.RetryExhausted(_, last) -> last
        | _ -> null

    /// Of a failed rollback the original error and those of the compensations, else empty.
    member this.Errors: IReadOnlyList<CanoError> =
        match this.Fault with
        | Fault.CompensationFailed failures -> failures
        | _ -> Array.empty

    /// Of a configuration error every problem found, else empty.
    member this.Problems: IReadOnlyList<string> =
        match this.Fault with
        | Fault.Configuration reasons -> reasons
        | _ -> Array.empty

    member private this.Parts: (obj | null)[] = [|
        this.Fault
        this.State
        this.Attempt
        this.Path
    |]

    override this.Equals(other: obj | null) =
        match other with
        | :? CanoError as other -> Contents.equal this.Parts other.Parts
        | _ -> false

    override this.GetHashCode() = Contents.hash this.Parts

    // C#'s == and !=.
    static member op_Equality(left: CanoError | null, right: CanoError | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: CanoError | null, right: CanoError | null) =
        not (Object.Equals(left, right))

    /// Everything there is to say, with where it happened, on one line.
    override this.ToString() =
        match this.State with
        | null -> string this.Fault
        | state ->
            let path, why = String.Join(", ", this.Path), this.Fault
            Words.sentence $"state={state} attempt={this.Attempt} path=[{path}] caused by: {why}"
