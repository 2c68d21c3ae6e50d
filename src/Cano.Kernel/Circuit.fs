namespace Cano.Kernel

open System
open Cano

/// What a circuit breaker remembers. Instants are ticks of 100 ns on any steady clock that starts
/// at 0.
[<Struct>]
type Breaker = {
    State: CircuitState
    /// Counts the changes of state, from 0. A call answers with the epoch that admitted it; an
    /// answer from another epoch changes nothing.
    Epoch: int64
    /// Closed: failures in a row.
    Failures: int
    /// Half-open: trials under way.
    Trials: int
    /// Half-open: trials that succeeded.
    Successes: int
    /// Open: the instant from which a trial may pass.
    Until: int64
} with

    /// Whether a success would change nothing, because no failure has been counted.
    member this.IsQuiet = this.State = CircuitState.Closed && this.Failures = 0

/// Whether a call may pass, and the breaker afterwards; an admitted call belongs to the breaker's
/// epoch.
[<Struct>]
type Admission = { IsAdmitted: bool; Breaker: Breaker }

/// When a breaker opens, lets trials through, and closes.
/// Source: Nygard, Release It!, 2007, "Circuit Breaker"; epochs as in the Rust crate cano 0.15.1.
[<RequireQualifiedAccess>]
module Circuit =

    /// A closed breaker that has seen nothing yet.
    [<CompiledName "Closed">]
    let closed: Breaker = {
        State = CircuitState.Closed
        Epoch = 0L
        Failures = 0
        Trials = 0
        Successes = 0
        Until = 0L
    }

    /// Every change of state starts an epoch with nothing counted.
    let private enter state until breaker = {
        closed with
            State = state
            Epoch = breaker.Epoch + 1L
            Until = until
    }

    let private openUp (policy: CircuitPolicy) now breaker =
        let reset = policy.Reset.Ticks

        let until =
            if now > Int64.MaxValue - reset then
                Int64.MaxValue
            else
                now + reset

        enter CircuitState.Open until breaker

    let private admit breaker = { IsAdmitted = true; Breaker = breaker }

    let private refuse breaker = {
        IsAdmitted = false
        Breaker = breaker
    }

    let private tryTrial (policy: CircuitPolicy) breaker =
        if breaker.Trials < policy.HalfOpenMaxCalls then
            admit {
                breaker with
                    Trials = breaker.Trials + 1
            }
        else
            refuse breaker

    /// Asks for one call. An open breaker whose time is up becomes half-open here, and nowhere
    /// else.
    [<CompiledName "Acquire">]
    let acquire (policy: CircuitPolicy) (now: int64) (breaker: Breaker) : Admission =
        match breaker.State with
        | CircuitState.Closed -> admit breaker
        | CircuitState.Open when now >= breaker.Until ->
            tryTrial policy (enter CircuitState.HalfOpen 0L breaker)
        | CircuitState.HalfOpen -> tryTrial policy breaker
        | _ -> refuse breaker

    let private trialEnded breaker = {
        breaker with
            Trials = max 0 (breaker.Trials - 1)
    }

    /// A call of `epoch` succeeded.
    [<CompiledName "Succeeded">]
    let succeeded (policy: CircuitPolicy) (epoch: int64) (breaker: Breaker) : Breaker =
        if epoch <> breaker.Epoch then
            breaker
        else
            match breaker.State with
            | CircuitState.HalfOpen when breaker.Successes + 1 >= policy.HalfOpenMaxCalls ->
                enter CircuitState.Closed 0L breaker
            | CircuitState.HalfOpen -> {
                trialEnded breaker with
                    Successes = breaker.Successes + 1
              }
            | _ -> { breaker with Failures = 0 }

    /// A call of `epoch` failed, at the instant `now`.
    [<CompiledName "Failed">]
    let failed (policy: CircuitPolicy) (epoch: int64) (now: int64) (breaker: Breaker) : Breaker =
        if epoch <> breaker.Epoch then
            breaker
        else
            match breaker.State with
            | CircuitState.Closed when breaker.Failures + 1 < policy.FailureThreshold -> {
                breaker with
                    Failures = breaker.Failures + 1
              }
            | CircuitState.Open -> breaker
            | _ -> openUp policy now breaker

    /// A call of `epoch` was withdrawn: it says nothing about the other side, but frees its place.
    [<CompiledName "Released">]
    let released (epoch: int64) (breaker: Breaker) : Breaker =
        if epoch = breaker.Epoch && breaker.State = CircuitState.HalfOpen then
            trialEnded breaker
        else
            breaker
