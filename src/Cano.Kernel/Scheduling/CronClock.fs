namespace Cano.Kernel

open System

/// A change of a zone's offset. At: the first instant (UTC ticks) of the new one. Offsets in ticks.
[<Struct>]
type internal ClockChange = {
    At: int64
    Before: int64
    After: int64
}

/// An instant and the zone's offset then, in ticks.
[<Struct>]
type internal CronInstant = { At: int64; Offset: int64 }

/// What a zone's clock shows, and when it changes, asked of nothing but the zone's offset at an
/// instant. Instants are UTC ticks, times are ticks on the zone's clock; both may lie outside what
/// DateTime holds.
[<RequireQualifiedAccess>]
module internal CronClock =

    /// No two offsets of one zone are further apart, for none is beyond 14 hours.
    /// Two changes within twice as long might be missed; since 1900 no zone has had two within 96
    /// hours.
    let reach = 28L * TimeSpan.TicksPerHour

    let private quarter = 15L * TimeSpan.TicksPerMinute

    /// The zone's offset at an instant.
    let offset (zone: TimeZoneInfo) (instant: int64) =
        let held = Math.Clamp(instant, 0L, DateTime.MaxValue.Ticks)
        zone.GetUtcOffset(DateTime(held, DateTimeKind.Utc)).Ticks

    /// Where to look for a change next. Clocks change on quarters of an hour, mostly; so those are
    /// tried first, and then the tick before one.
    let private between early late =
        let middle = early + (late - early) / 2L
        let whole = middle - middle % quarter

        if whole > early && whole < late then whole
        elif late % quarter = 0L then late - 1L
        else middle

    /// The change within (early, late], between which the offsets differ.
    let rec private narrow zone early before late after : ClockChange =
        if late - early = 1L then
            {
                At = late
                Before = before
                After = after
            }
        else
            let middle = between early late
            let here = offset zone middle

            if here = before then
                narrow zone middle before late after
            else
                narrow zone early before middle here

    /// The change within (early, late], if there is one.
    let change zone early late : ClockChange voption =
        let before, after = offset zone early, offset zone late

        if before = after then
            ValueNone
        else
            ValueSome(narrow zone early before late after)

    /// The first instant at which the clock shows this time or a later one. For a time that the
    /// clock skips that is the instant of the change; for one that it shows twice, the first.
    let firstAt (zone: TimeZoneInfo) (time: int64) : CronInstant =
        let early, late = time - reach / 2L, time + reach / 2L
        let before, after = offset zone early, offset zone late

        if before = after then
            { At = time - before; Offset = before }
        else
            let change = narrow zone early before late after

            if time - change.Before < change.At then
                {
                    At = time - change.Before
                    Offset = change.Before
                }
            else
                {
                    At = max change.At (time - change.After)
                    Offset = change.After
                }
