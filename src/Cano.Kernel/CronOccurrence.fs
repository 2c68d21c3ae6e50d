namespace Cano.Kernel

open System

/// When a schedule runs, by a zone's clock.
///
/// A time that the schedule admits runs at the first instant at which the clock shows it or a later one. So it
/// runs once if the clock shows it twice, and at the change if the clock skips it. An interval runs again when
/// the clock, set back, shows the time again.
[<RequireQualifiedAccess>]
module internal CronOccurrence =

    [<Literal>]
    let private Never = CronSearch.Never

    /// The latest time that the clock has shown up to an instant.
    let private shown (back: ClockChange voption) time =
        match back with
        | ValueSome change when change.After < change.Before ->
            max time (change.At + change.Before - 1L)
        | _ -> time

    /// The first admitted time later than all that was shown, at the first instant that reaches it.
    let private onward schedule zone latest =
        match CronSearch.first schedule (latest + 1L) with
        | Never -> Never
        | time -> CronClock.firstAt zone time

    /// The first admitted time that the clock shows again after `instant`, set back by this change.
    let private again schedule instant (change: ClockChange voption) =
        match change with
        | ValueSome change when change.After < change.Before ->
            let start = max change.At (instant + 1L) + change.After

            match CronSearch.first schedule start with
            | time when time < change.At + change.Before -> time - change.After
            | _ -> Never
        | _ -> Never

    let private inZone (schedule: CronSchedule) zone instant =
        let time = instant + CronClock.offset zone instant
        let back = CronClock.change zone (instant - CronClock.reach) instant
        let next = onward schedule zone (shown back time)

        if schedule.IsInterval then
            let ahead = CronClock.change zone instant (instant + CronClock.reach)
            min next (min (again schedule instant back) (again schedule instant ahead))
        else
            next

    /// The first instant later than `instant` at which the schedule runs, or CronSearch.Never. Both UTC ticks.
    let after (schedule: CronSchedule) (zone: TimeZoneInfo) (instant: int64) =
        let next =
            if obj.ReferenceEquals(zone, TimeZoneInfo.Utc) then
                CronSearch.first schedule (instant + 1L)
            else
                inZone schedule zone instant

        if next > DateTime.MaxValue.Ticks then Never else next
