namespace Cano.Kernel

open System
open Cano

/// What to do after a failed attempt.
[<RequireQualifiedAccess; Struct>]
type RetryDecision =
    | GiveUp
    | RetryAfter of Delay: TimeSpan

/// Whether a failed attempt is repeated, and after which delay.
[<RequireQualifiedAccess>]
module Retry =

    /// A retry with a positive delay never spins: neither jitter nor a multiplier below 1 makes it
    /// shorter than this, or than the first delay where that is less.
    let private delayMin = TimeSpan.FromMilliseconds 1.0

    /// The delay before retry `index` (from 0), varied by `sample` in [0, 1).
    let internal grow (first: TimeSpan) multiplier (delayMax: TimeSpan) jitter index sample =
        let cap = float delayMax.Ticks
        // Infinity is what a large power gives; the cap brings it back.
        let plain = min cap (float first.Ticks * Math.Pow(multiplier, float index))
        let varied = plain * (1.0 + jitter * (2.0 * sample - 1.0))
        let floor = float (min delayMin first).Ticks
        // A float of the longest span rounds up beyond it, so the cap is compared before the
        // conversion.
        let ticks = max floor varied

        if ticks >= cap then
            delayMax
        else
            TimeSpan.FromTicks(int64 ticks)

    /// Whether the program is at fault, not the world: a further attempt would end alike.
    [<CompiledName "IsMistake">]
    let rec isMistake (error: CanoError) : bool =
        match error.Fault with
        | Fault.Store _
        | Fault.Configuration _
        | Fault.ResourceNotFound _
        | Fault.ResourceTypeMismatch _
        | Fault.ResourceDuplicateKey _
        | Fault.WorkflowVersionMismatch _
        | Fault.InputMissing _
        | Fault.InputTypeMismatch _
        | Fault.OutputMissing _ -> true
        // Said of a state, it is how another run ended that the body waited for: by a join that was
        // not met, for instance, and the next time it may be.
        | Fault.Workflow _ -> isNull error.State
        | Fault.RetryExhausted(_, last) -> isMistake last
        | Fault.TaskExecution _
        | Fault.Timeout _
        | Fault.WorkflowTimeout _
        | Fault.Cancelled
        | Fault.CircuitOpen
        | Fault.RateLimited _
        | Fault.CheckpointStore _
        | Fault.CompensationFailed _
        | Fault.Generic _
        | Fault.OrphanedCompensation _
        | Fault.Suspended _
        | Fault.RunNotFound _
        | Fault.RunEnded _ -> false

    /// What follows failed attempt number `attempt` (from 1).
    /// sample: in [0, 1), drawn outside the kernel; only growing delays look at it.
    [<CompiledName "Decide">]
    let decide (mode: RetryMode) (attempt: int) (error: CanoError) (sample: float) : RetryDecision =
        match mode with
        | RetryMode.Never -> RetryDecision.GiveUp
        | _ when attempt > mode.Retries -> RetryDecision.GiveUp
        | _ when isMistake error -> RetryDecision.GiveUp
        | RetryMode.Constant(_, delay) -> RetryDecision.RetryAfter delay
        | RetryMode.Growing(_, first, multiplier, delayMax, jitter) ->
            RetryDecision.RetryAfter(grow first multiplier delayMax jitter (attempt - 1) sample)
        | RetryMode.Listed delays -> RetryDecision.RetryAfter delays[attempt - 1]

    /// The error of a task that gave up after `attempt` attempts, the last of which ended with
    /// `last`.
    [<CompiledName "Exhausted">]
    let exhausted (attempt: int) (last: CanoError) : CanoError =
        if attempt > 1 then
            CanoError.Of(Fault.RetryExhausted(attempt, last))
        else
            last
