namespace Cano.Kernel

open Cano

/// Errors that are too long for a row, cut. A text of any length may come from outside, and a
/// rollback of any number of steps fails with as many errors.
[<RequireQualifiedAccess>]
module internal ShortError =

    /// What an error takes at least.
    [<Literal>]
    let private Least = 1024

    let private text (room: int) (text: string) =
        // A character takes at most 3 bytes; the rest is for the place.
        let most = room / 4

        if text.Length <= most then
            text
        else
            Words.sentence $"{text.Substring(0, most)}… ({text.Length} characters)"

    /// As many of them as there is room for, and how much each gets.
    let private shared (room: int) (items: 'T[]) =
        let taken = Array.truncate (max 1 (room / Least)) items
        struct (taken, room / max 1 taken.Length)

    /// The error in about so many bytes.
    let rec within (room: int) (error: CanoError) : CanoError =
        let fault =
            match error.Fault with
            | Fault.TaskExecution said -> Fault.TaskExecution(text room said)
            | Fault.Store said -> Fault.Store(text room said)
            | Fault.Workflow said -> Fault.Workflow(text room said)
            | Fault.Timeout said -> Fault.Timeout(text room said)
            | Fault.CheckpointStore said -> Fault.CheckpointStore(text room said)
            | Fault.Generic said -> Fault.Generic(text room said)
            | Fault.Suspended said -> Fault.Suspended(text room said)
            | Fault.RunNotFound said -> Fault.RunNotFound(text room said)
            | Fault.RunEnded said -> Fault.RunEnded(text room said)
            | Fault.InputMissing said -> Fault.InputMissing(text room said)
            | Fault.InputTypeMismatch said -> Fault.InputTypeMismatch(text room said)
            | Fault.OutputMissing said -> Fault.OutputMissing(text room said)
            | Fault.Configuration reasons ->
                let struct (reasons, share) = shared room reasons
                Fault.Configuration(reasons |> Array.map (text share))
            | Fault.RetryExhausted(attempts, last) ->
                Fault.RetryExhausted(attempts, within room last)
            | Fault.CompensationFailed failures ->
                let struct (failures, share) = shared room failures
                Fault.CompensationFailed(failures |> Array.map (within share))
            | Fault.OrphanedCompensation(task, output) when output.Length > room / 4 ->
                Fault.Generic(
                    Words.sentence
                        $"Nothing can compensate '{text room task}'; its output of {output.Length} bytes stays in the step's row"
                )
            | Fault.OrphanedCompensation(task, output) ->
                Fault.OrphanedCompensation(text room task, output)
            | Fault.RateLimited(tier, retryAfter) -> Fault.RateLimited(text room tier, retryAfter)
            | Fault.ResourceNotFound key -> Fault.ResourceNotFound(text room key)
            | Fault.ResourceTypeMismatch(key, wanted, stored) ->
                Fault.ResourceTypeMismatch(
                    text (room / 3) key,
                    text (room / 3) wanted,
                    text (room / 3) stored
                )
            | Fault.ResourceDuplicateKey key -> Fault.ResourceDuplicateKey(text room key)
            | Fault.WorkflowTimeout _
            | Fault.Cancelled
            | Fault.CircuitOpen
            | Fault.WorkflowVersionMismatch _ as short -> short

        { error with Fault = fault }
