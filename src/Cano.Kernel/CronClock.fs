namespace Cano.Kernel

open System

/// A change of a zone's offset. At: the first instant (UTC ticks) of the new one. Offsets in ticks.
[<Struct>]
type internal ClockChange = {
    At: int64
    Before: int64
    After: int64
}

/// What a zone's clock shows, and when it changes, asked of nothing but the zone's offset at an instant.
/// Instants are UTC ticks, times are ticks on the zone's clock; both may lie outside what DateTime holds.
[<RequireQualifiedAccess>]
module internal CronClock =

    /// No two offsets of one zone are further apart, for none is beyond 14 hours.
    /// Two changes within so long would be taken for one; since 1900 no zone has had two within 96 hours.
    let reach = 28L * TimeSpan.TicksPerHour

    /// The zone's offset at an instant.
    let offset (zone: TimeZoneInfo) (instant: int64) =
        let held = Math.Clamp(instant, 0L, DateTime.MaxValue.Ticks)
        zone.GetUtcOffset(DateTime(held, DateTimeKind.Utc)).Ticks

    /// The change within (early, late], between which the offsets differ.
    let rec private narrow zone early before late after : ClockChange =
        if late - early = 1L then
            {
                At = late
                Before = before
                After = after
            }
        else
            let middle = early + (late - early) / 2L
            let between = offset zone middle

            if between = before then
                narrow zone middle before late after
            else
                narrow zone early before middle between

    /// The change within (early, late], if there is one.
    let change zone early late : ClockChange voption =
        let before, after = offset zone early, offset zone late

        if before = after then
            ValueNone
        else
            ValueSome(narrow zone early before late after)

    /// The first instant at which the clock shows this time or a later one. For a time that the clock skips that
    /// is the instant of the change; for one that it shows twice, the first.
    let firstAt (zone: TimeZoneInfo) (time: int64) =
        match change zone (time - reach / 2L) (time + reach / 2L) with
        | ValueNone -> time - offset zone time
        | ValueSome change when time - change.Before < change.At -> time - change.Before
        | ValueSome change -> max change.At (time - change.After)
