namespace Cano

open System
open System.Runtime.InteropServices
open Cano.Kernel

/// How often a failed attempt is repeated, and how long is waited in between.
[<RequireQualifiedAccess; NoComparison>]
type RetryMode =
    internal
    | Never
    | Constant of retries: int * delay: TimeSpan
    | Growing of
        retries: int *
        delayFirst: TimeSpan *
        multiplier: float *
        delayMax: TimeSpan *
        jitter: float

    /// One attempt, no retry.
    static member None = RetryMode.Never

    /// `retries` further attempts, each after the same delay. Both at least zero.
    static member Fixed(retries: int, delay: TimeSpan) =
        ArgumentOutOfRangeException.ThrowIfNegative(retries, nameof retries)
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero, nameof delay)
        RetryMode.Constant(retries, delay)

    /// Up to `maxRetries` further attempts, at least zero, after delays that double from 100 ms up
    /// to 30 s, each varied by a tenth.
    static member Exponential(maxRetries: int) =
        RetryMode.ExponentialCustom(
            maxRetries,
            TimeSpan.FromMilliseconds 100.0,
            2.0,
            Nullable(),
            0.1
        )

    /// Up to `maxRetries` further attempts, at least zero. Delay before retry i (from 0): baseDelay
    /// * multiplier^i, at most maxDelay (30 s unless given), varied by up to `jitter` of itself (a
    /// tenth unless given) in both directions, and again at most maxDelay; never less than 1 ms, or
    /// than baseDelay where that is less. Neither delay is negative. A multiplier that is not a
    /// positive number counts as 1, a jitter that is not finite as 0; jitter is held in [0, 1].
    static member ExponentialCustom
        (
            maxRetries: int,
            baseDelay: TimeSpan,
            multiplier: float,
            [<Optional; DefaultParameterValue(Nullable<TimeSpan>())>] maxDelay: Nullable<TimeSpan>,
            [<Optional; DefaultParameterValue(0.1)>] jitter: float
        ) =
        ArgumentOutOfRangeException.ThrowIfNegative(maxRetries, nameof maxRetries)
        ArgumentOutOfRangeException.ThrowIfLessThan(baseDelay, TimeSpan.Zero, nameof baseDelay)

        let delayMax =
            if maxDelay.HasValue then
                maxDelay.Value
            else
                TimeSpan.FromSeconds 30.0

        ArgumentOutOfRangeException.ThrowIfLessThan(delayMax, TimeSpan.Zero, nameof maxDelay)

        let multiplier =
            if Double.IsFinite multiplier && multiplier > 0.0 then
                multiplier
            else
                1.0

        let jitter =
            if Double.IsFinite jitter then
                Math.Clamp(jitter, 0.0, 1.0)
            else
                0.0

        RetryMode.Growing(maxRetries, baseDelay, multiplier, delayMax, jitter)

    // C#'s == and !=.
    static member op_Equality(left: RetryMode | null, right: RetryMode | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: RetryMode | null, right: RetryMode | null) =
        not (Object.Equals(left, right))

    /// How many attempts follow the first.
    member this.Retries =
        match this with
        | Never -> 0
        | Constant(retries, _) -> retries
        | Growing(retries, _, _, _, _) -> retries

    /// As its maker is called: "Exponential(3)".
    override this.ToString() =
        match this with
        | Never -> "None"
        | Constant(retries, delay) -> $"Fixed({retries}, {Words.span delay})"
        | Growing(retries, _, _, _, _) when this.Equals(RetryMode.Exponential retries) ->
            $"Exponential({retries})"
        | Growing(retries, first, multiplier, delayMax, jitter) ->
            $"ExponentialCustom({retries}, {Words.span first}, {Words.number multiplier}, {Words.span delayMax}, {Words.number jitter})"
