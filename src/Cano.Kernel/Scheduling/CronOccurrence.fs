namespace Cano.Kernel

open System

/// When a schedule runs, by a zone's clock.
///
/// A time that the schedule admits runs at the first instant at which the clock shows it or a later
/// one. So it runs once if the clock shows it twice, and at the change if the clock skips it. An
/// interval runs again when the clock, set back, shows the time again.
[<RequireQualifiedAccess>]
module internal CronOccurrence =

    let private never: CronInstant = { At = CronSchedule.Never; Offset = 0L }

    let private earlier (left: CronInstant) (right: CronInstant) =
        if right.At < left.At then right else left

    /// The latest time that the clock has shown up to an instant.
    let private shown (back: ClockChange voption) time =
        match back with
        | ValueSome change when change.After < change.Before ->
            max time (change.At + change.Before - 1L)
        | _ -> time

    /// The first admitted time later than all that was shown, at the first instant that reaches it.
    let private onward schedule zone latest =
        match CronSchedule.first schedule (latest + 1L) with
        | CronSchedule.Never -> never
        | time -> CronClock.firstAt zone time

    /// The first admitted time that the clock shows again after `instant`, set back by this change.
    let private again schedule instant (change: ClockChange voption) =
        match change with
        | ValueSome change when change.After < change.Before ->
            let start = max change.At (instant + 1L) + change.After

            match CronSchedule.first schedule start with
            | time when time < change.At + change.Before -> {
                At = time - change.After
                Offset = change.After
              }
            | _ -> never
        | _ -> never

    /// Close to a change.
    let private changing (schedule: CronSchedule) zone instant =
        let time = instant + CronClock.offset zone instant
        let back = CronClock.change zone (instant - CronClock.reach) instant
        let next = onward schedule zone (shown back time)

        if schedule.IsInterval then
            let ahead = CronClock.change zone instant (instant + CronClock.reach)
            earlier next (earlier (again schedule instant back) (again schedule instant ahead))
        else
            next

    /// Far from any change.
    let private steady schedule zone offset instant =
        match CronSchedule.first schedule (instant + offset + 1L) with
        | CronSchedule.Never -> never
        | time when time - offset <= instant + CronClock.reach -> {
            At = time - offset
            Offset = offset
          }
        | time -> CronClock.firstAt zone time

    let private inZone schedule zone instant =
        let before = CronClock.offset zone (instant - CronClock.reach)

        if before = CronClock.offset zone (instant + CronClock.reach) then
            steady schedule zone before instant
        else
            changing schedule zone instant

    /// The first instant later than `instant` at which the schedule runs; at CronSchedule.Never
    /// when there is none. In UTC ticks.
    let after (schedule: CronSchedule) (zone: TimeZoneInfo) (instant: int64) : CronInstant =
        let next =
            if obj.ReferenceEquals(zone, TimeZoneInfo.Utc) then
                {
                    At = CronSchedule.first schedule (instant + 1L)
                    Offset = 0L
                }
            else
                inZone schedule zone instant

        if next.At > DateTime.MaxValue.Ticks then never else next
