namespace Cano.Kernel

open System
open Cronos

/// What a cron expression means. Schedules are equal when they admit the same times and treat a
/// repeated hour alike.
[<NoComparison>]
type internal CronSchedule = {
    /// Cronos walks the calendar. It is never asked about a zone: it believes what the platform
    /// tells of daylight saving time, and the platform is wrong about negative daylight saving and
    /// changes of a zone's base.
    Calendar: CronExpression
    /// Whether a time that the clock shows twice counts twice: second, minute or hour has `*`, a
    /// range or a step.
    IsInterval: bool
}

/// The times that a schedule admits on a clock that never changes, in ticks of that clock.
[<RequireQualifiedAccess>]
module internal CronSchedule =

    /// There is no such time.
    [<Literal>]
    let Never = Int64.MaxValue

    /// The first admitted time at `ticks` or later, or Never. Times below zero count as zero.
    let first (schedule: CronSchedule) (ticks: int64) =
        if ticks > DateTime.MaxValue.Ticks then
            Never
        else
            // A clock that never changes is what Cronos calls UTC.
            let time = DateTime(max 0L ticks, DateTimeKind.Utc)
            let found = schedule.Calendar.GetNextOccurrence(time, ``inclusive`` = true)
            if found.HasValue then found.Value.Ticks else Never
