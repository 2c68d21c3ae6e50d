namespace Cano.Kernel

open System
open Cano

/// What a zone's clock does to an occurrence of a schedule. Times are what the clock shows.
[<RequireQualifiedAccess>]
type ClockShift =
    /// Nothing: it runs when the expression says, at a time that the clock shows once.
    | None
    /// The clock is set forward over the time that was meant, the first of them if there are
    /// several.
    | Skipped of Meant: DateTime
    /// The clock, set back, shows the time twice. IsEach: it runs both times, else the first only.
    | Repeated of IsEach: bool

/// Tells what is odd about an occurrence, by the clock that schedules go by.
[<RequireQualifiedAccess>]
module CronPreview =

    /// The first admitted time over which the clock is set at this very instant, unless it runs on
    /// time as well.
    let private skipped schedule zone instant : DateTime voption =
        let time = instant + CronClock.offset zone instant

        let meant =
            CronSchedule.first schedule (instant + CronClock.offset zone (instant - 1L))

        if meant < time && CronSchedule.first schedule time <> time then
            ValueSome(DateTime meant)
        else
            ValueNone

    let private isBack (change: ClockChange) = change.After < change.Before

    /// Whether the clock shows the same time before or after.
    let private isRepeated zone instant =
        let time = instant + CronClock.offset zone instant

        match CronClock.change zone (instant - CronClock.reach) instant with
        | ValueSome back when isBack back -> time - back.Before < back.At
        | _ ->
            match CronClock.change zone instant (instant + CronClock.reach) with
            | ValueSome back when isBack back -> time - back.After >= back.At
            | _ -> false

    /// What the zone's clock does to an occurrence that the schedule has there.
    [<CompiledName "Shift">]
    let shift (cron: Cron) (zone: TimeZoneInfo) (at: DateTimeOffset) =
        match skipped cron.Schedule zone at.UtcTicks with
        | ValueSome meant -> ClockShift.Skipped meant
        | ValueNone when isRepeated zone at.UtcTicks -> ClockShift.Repeated cron.Schedule.IsInterval
        | ValueNone -> ClockShift.None
