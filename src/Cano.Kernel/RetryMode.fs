namespace Cano

open System
open System.Runtime.CompilerServices
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
    /// Not empty; nobody else has the array.
    | Listed of delays: TimeSpan[]

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

    /// As many further attempts as there are delays, the n-th after the n-th delay. None is
    /// negative; without any this is None.
    static member Delays([<ParamCollection>] delays: TimeSpan seq) =
        ArgumentNullException.ThrowIfNull(delays, nameof delays)
        let own = Array.ofSeq delays

        match own |> Array.tryFindIndex (fun delay -> delay < TimeSpan.Zero) with
        | Some i ->
            let text =
                Words.sentence
                    $"Delay {i + 1} of {own.Length} is {Words.span own[i]}; it must be at least zero."

            raise (ArgumentOutOfRangeException(nameof delays, own[i], text))
        | None when own.Length = 0 -> RetryMode.Never
        | None -> RetryMode.Listed own

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
        | Listed delays -> delays.Length

    /// As its maker is called: "Exponential(3)".
    override this.ToString() =
        match this with
        | Never -> "None"
        | Constant(retries, delay) -> Words.sentence $"Fixed({retries}, {Words.span delay})"
        | Growing(retries, _, _, _, _) when this.Equals(RetryMode.Exponential retries) ->
            Words.sentence $"Exponential({retries})"
        | Growing(retries, first, multiplier, delayMax, jitter) ->
            Words.sentence
                $"ExponentialCustom({retries}, {Words.span first}, {Words.number multiplier}, {Words.span delayMax}, {Words.number jitter})"
        | Listed delays -> "Delays(" + String.Join(", ", delays |> Seq.map Words.span) + ")"
