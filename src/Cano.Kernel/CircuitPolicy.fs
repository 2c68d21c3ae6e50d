namespace Cano

open System
open System.Runtime.InteropServices
open Cano.Kernel

/// What a circuit breaker lets through.
type CircuitState =
    /// Every call.
    | Closed = 0
    /// None.
    | Open = 1
    /// A few trials.
    | HalfOpen = 2

/// When a circuit breaker opens, and how it closes again.
/// FailureThreshold: failures in a row that open it, at least 1; 5 unless given. ResetTimeout: how
/// long it stays open before trials may pass, not negative; 30 s unless given. HalfOpenMaxCalls:
/// trials under way at once, and successes that close it, at least 1; 1 unless given.
[<Sealed>]
type CircuitPolicy
    (
        [<Optional; DefaultParameterValue(5)>] FailureThreshold: int,
        [<Optional; DefaultParameterValue(Nullable<TimeSpan>())>] ResetTimeout: Nullable<TimeSpan>,
        [<Optional; DefaultParameterValue(1)>] HalfOpenMaxCalls: int
    ) =
    do
        ArgumentOutOfRangeException.ThrowIfLessThan(FailureThreshold, 1, nameof FailureThreshold)
        ArgumentOutOfRangeException.ThrowIfLessThan(HalfOpenMaxCalls, 1, nameof HalfOpenMaxCalls)

    let reset = ResetTimeout.GetValueOrDefault(TimeSpan.FromSeconds 30.0)
    do ArgumentOutOfRangeException.ThrowIfLessThan(reset, TimeSpan.Zero, nameof ResetTimeout)

    /// Failures in a row that open a closed breaker.
    member _.FailureThreshold = FailureThreshold

    /// How long an open breaker lets nothing through; 30 s when null.
    member _.ResetTimeout = ResetTimeout

    /// How many trials a half-open breaker lets through at once, and how many successes close it.
    member _.HalfOpenMaxCalls = HalfOpenMaxCalls

    /// How long an open breaker lets nothing through.
    member internal _.Reset = reset

    /// Policies compare by what they say.
    override this.Equals(other: obj) =
        match other with
        | :? CircuitPolicy as policy ->
            this.FailureThreshold = policy.FailureThreshold
            && this.Reset = policy.Reset
            && this.HalfOpenMaxCalls = policy.HalfOpenMaxCalls
        | _ -> false

    override this.GetHashCode() =
        HashCode.Combine(this.FailureThreshold, this.Reset, this.HalfOpenMaxCalls)

    // C#'s == and !=.
    static member op_Equality(left: CircuitPolicy | null, right: CircuitPolicy | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: CircuitPolicy | null, right: CircuitPolicy | null) =
        not (Object.Equals(left, right))

    /// What it says, in order: "opens after 5 failures for 30 s, then 1 trial at once".
    override this.ToString() =
        let plural count = if count = 1 then "" else "s"

        Words.sentence
            $"opens after {FailureThreshold} failure{plural FailureThreshold} for {Words.span reset}, then {HalfOpenMaxCalls} trial{plural HalfOpenMaxCalls} at once"
