namespace Cano.Kernel

open System

/// How a flow is slowed down by failures.
/// Initial: the delay after the first failure. Multiplier: how it grows with each further one. Max:
/// its cap. Jitter: the part of itself by which a delay varies, 0 to 1. TripAfter: failures in a
/// row after which the flow is not started any more; null for never, and the first failure is
/// enough for anything below 1.
type BackoffRule = {
    Initial: TimeSpan
    Multiplier: float
    Max: TimeSpan
    Jitter: float
    TripAfter: Nullable<int>
}

/// How long a flow waits after failures, and when it trips.
[<RequireQualifiedAccess>]
module Backoff =

    let private atLeastZero span = max TimeSpan.Zero span

    let private growth multiplier =
        if Double.IsNaN multiplier || multiplier <= 0.0 then
            1.0
        else
            // An infinite one reaches the cap at the second failure, without becoming 0 * infinity
            // on the way.
            min multiplier Double.MaxValue

    let private share jitter =
        if Double.IsNaN jitter then
            0.0
        else
            Math.Clamp(jitter, 0.0, 1.0)

    /// The delay after failure number `streak` in a row (from 1): initial * multiplier^(streak -
    /// 1), at most the cap, varied by up to `jitter` of itself, again at most the cap. Total: a
    /// negative span counts as zero, a multiplier that is not a positive number as 1, and what
    /// overflows is the cap. chance: a sample in [0, 1), drawn outside the kernel.
    [<CompiledName "Delay">]
    let delay (policy: BackoffRule) (streak: int) (chance: float) : TimeSpan =
        let first = atLeastZero policy.Initial

        if first = TimeSpan.Zero then
            TimeSpan.Zero
        else
            Retry.grow
                first
                (growth policy.Multiplier)
                (atLeastZero policy.Max)
                (share policy.Jitter)
                (max 0 (streak - 1))
                chance

    /// Whether so many failures in a row are enough to trip.
    [<CompiledName "Trips">]
    let trips (policy: BackoffRule) (streak: int) : bool =
        policy.TripAfter.HasValue && streak >= policy.TripAfter.Value
