namespace Cano.Kernel

/// Which days of a month a schedule admits.
[<RequireQualifiedAccess>]
type internal CronDays =
    /// Bit n for day n.
    | Among of Bits: uint64
    /// So many days before the month's last, or the weekday nearest to that day.
    | BeforeLast of Back: int * IsNearestWeekday: bool
    /// The weekday nearest to a day, within its month.
    | NearestWeekday of Day: int

/// Which days of a week a schedule admits. Sunday is 0.
[<RequireQualifiedAccess>]
type internal CronWeekdays =
    /// Bit n for weekday n.
    | Among of Bits: uint64
    /// The n-th of its kind in the month, from 1 to 5.
    | Nth of Weekday: int * N: int
    /// The last of its kind in the month.
    | Last of Weekday: int

/// What a cron expression means. Bit n of a set stands for value n; no set of times or months is empty.
/// Schedules are equal when they always run at the same times, as far as the fields tell one by one.
type internal CronSchedule = {
    Seconds: uint64
    Minutes: uint64
    Hours: uint64
    Days: CronDays
    Months: uint64
    /// A date must be admitted by `Days` and by `Weekdays`.
    Weekdays: CronWeekdays
    /// Whether a time that the clock shows twice counts twice: second, minute or hour has `*`, a range or a step.
    IsInterval: bool
}
