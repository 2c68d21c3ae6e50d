namespace Cano.Kernel

open System

/// Whether a request was admitted, and the meter afterwards.
[<Struct>]
type Metered<'Meter> = { IsAdmitted: bool; Meter: 'Meter }

/// How large a token bucket is, and how fast it fills.
[<Sealed>]
type BucketRule(tokens: int, per: TimeSpan, burst: int) =
    do
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1, nameof tokens)
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(per, TimeSpan.Zero, nameof per)
        ArgumentOutOfRangeException.ThrowIfNegative(burst, nameof burst)

    // The sum saturates: a larger request than Int32.MaxValue cannot be made.
    let capacity = min (int64 Int32.MaxValue) (int64 tokens + int64 burst)
    let worth = Int128.op_Implicit per.Ticks
    let rate = Int128.op_Implicit tokens

    /// The most tokens there can be at once.
    member _.Capacity = capacity

    /// What one token is worth, in the unit of a bucket's credit.
    member internal _.Worth: Int128 = worth

    /// The credit that a tick adds.
    member internal _.Rate: Int128 = rate

    /// The credit of a full bucket.
    member val internal Full: Int128 = Int128.op_Implicit capacity * worth

/// A token bucket. Fractions of tokens are exact: in credit a token is worth the period's ticks,
/// and each tick adds the period's tokens. The product of both bounds has 94 bits, hence the wide
/// integer.
[<Struct>]
type Bucket = {
    Credit: Int128
    /// The tick of the last refill.
    At: int64
}

/// A bucket that fills steadily; a request takes its tokens or nothing.
/// Instants are ticks of 100 ns on any steady clock; `n` is not negative.
[<RequireQualifiedAccess>]
module TokenBucket =

    /// A full bucket.
    [<CompiledName "Full">]
    let full (rule: BucketRule) (now: int64) : Bucket = { Credit = rule.Full; At = now }

    /// What has dripped in since the last look. A clock that steps back adds nothing.
    [<CompiledName "Refilled">]
    let refilled (rule: BucketRule) (now: int64) (bucket: Bucket) : Bucket =
        if now <= bucket.At then
            bucket
        else
            let dripped = Int128.op_Implicit (now - bucket.At) * rule.Rate

            {
                Credit = Int128.Min(rule.Full, bucket.Credit + dripped)
                At = now
            }

    let private cost (rule: BucketRule) (n: int) = Int128.op_Implicit n * rule.Worth

    /// Takes n tokens if they are there.
    [<CompiledName "Take">]
    let take (rule: BucketRule) (now: int64) (n: int) (bucket: Bucket) : Metered<Bucket> =
        let bucket = refilled rule now bucket
        let left = bucket.Credit - cost rule n

        if Int128.IsNegative left then
            { IsAdmitted = false; Meter = bucket }
        else
            {
                IsAdmitted = true
                Meter = { bucket with Credit = left }
            }

    /// Gives n tokens back; what does not fit is lost.
    [<CompiledName "Refunded">]
    let refunded (rule: BucketRule) (n: int) (bucket: Bucket) : Bucket = {
        bucket with
            Credit = Int128.Min(rule.Full, bucket.Credit + cost rule n)
    }

    /// How long until n tokens are there, rounded up to a tick; TimeSpan.MaxValue when that is
    /// never.
    [<CompiledName "TimeUntil">]
    let timeUntil (rule: BucketRule) (now: int64) (n: int) (bucket: Bucket) : TimeSpan =
        let missing = cost rule n - (refilled rule now bucket).Credit

        if Int128.IsNegative missing then
            TimeSpan.Zero
        elif int64 n > rule.Capacity then
            TimeSpan.MaxValue
        else
            let ticks = (missing + rule.Rate - Int128.One) / rule.Rate

            TimeSpan.FromTicks(
                Int128.op_Explicit (Int128.Min(ticks, Int128.op_Implicit Int64.MaxValue))
            )

/// How much a window admits, and how long it is.
[<Sealed>]
type WindowRule(limit: int, window: TimeSpan) =
    do
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof limit)
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero, nameof window)

    /// The most that one window admits.
    member _.Limit = limit

    /// A window's length in ticks.
    member _.Length = window.Ticks

/// A window of a fixed-window limiter.
[<Struct>]
type Window = {
    /// The tick it began.
    Start: int64
    Used: int
    /// Counts the windows, from 0.
    Generation: int64
}

/// A counter that starts anew at the first look after its window has passed.
/// Instants are ticks of 100 ns on any steady clock; `n` is not negative.
[<RequireQualifiedAccess>]
module FixedWindow =

    /// The first window.
    [<CompiledName "First">]
    let first (now: int64) : Window = {
        Start = now
        Used = 0
        Generation = 0L
    }

    /// The window of this instant.
    [<CompiledName "Rolled">]
    let rolled (rule: WindowRule) (now: int64) (window: Window) : Window =
        if now - window.Start < rule.Length then
            window
        else
            {
                Start = now
                Used = 0
                Generation = window.Generation + 1L
            }

    /// Counts n in if they fit.
    [<CompiledName "Take">]
    let take (rule: WindowRule) (now: int64) (n: int) (window: Window) : Metered<Window> =
        let window = rolled rule now window

        if n > rule.Limit - window.Used then
            { IsAdmitted = false; Meter = window }
        else
            {
                IsAdmitted = true
                Meter = { window with Used = window.Used + n }
            }

    /// Counts n out again, if they were counted in within this generation.
    [<CompiledName "Refunded">]
    let refunded
        (rule: WindowRule)
        (now: int64)
        (n: int)
        (generation: int64)
        (window: Window)
        : Window =
        let window = rolled rule now window

        if generation <> window.Generation then
            window
        else
            {
                window with
                    Used = max 0 (window.Used - n)
            }

    /// How long until n fit; TimeSpan.MaxValue when that is never.
    [<CompiledName "TimeUntil">]
    let timeUntil (rule: WindowRule) (now: int64) (n: int) (window: Window) : TimeSpan =
        let window = rolled rule now window

        if n > rule.Limit then
            TimeSpan.MaxValue
        elif n <= rule.Limit - window.Used then
            TimeSpan.Zero
        else
            TimeSpan.FromTicks(rule.Length - max 0L (now - window.Start))
