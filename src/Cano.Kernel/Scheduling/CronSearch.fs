namespace Cano.Kernel

open System
open System.Numerics

/// Finds the times that a schedule admits on a clock that never changes.
/// Times are ticks of 100 ns since midnight of 1 January of year 1, on that clock.
[<RequireQualifiedAccess>]
module internal CronSearch =

    /// There is no such time.
    [<Literal>]
    let Never = Int64.MaxValue

    /// The calendar comes round after so many years: what has not been admitted by then never is.
    let private cycleYears = 400

    let private yearMax = 9999

    let private lowest (bits: uint64) = BitOperations.TrailingZeroCount bits

    /// The values from `value` on; the value may be one past the largest bit.
    let private from value (bits: uint64) = bits &&& (~~~0UL <<< value)

    let private time hour minute second =
        int64 ((hour * 60 + minute) * 60 + second) * TimeSpan.TicksPerSecond

    /// The first time of day.
    let private firstOfDay schedule =
        time (lowest schedule.Hours) (lowest schedule.Minutes) (lowest schedule.Seconds)

    /// The first time of day from this second of the day on, or Never.
    let private timeFrom schedule secondOfDay =
        let hour, minute, second =
            secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60

        let seconds = from second schedule.Seconds
        let isHour = (schedule.Hours >>> hour) &&& 1UL = 1UL

        if isHour && (schedule.Minutes >>> minute) &&& 1UL = 1UL && seconds <> 0UL then
            time hour minute (lowest seconds)
        else
            let minutes = from (minute + 1) schedule.Minutes

            if isHour && minutes <> 0UL then
                time hour (lowest minutes) (lowest schedule.Seconds)
            else
                match from (hour + 1) schedule.Hours with
                | 0UL -> Never
                | hours -> time (lowest hours) (lowest schedule.Minutes) (lowest schedule.Seconds)

    /// The first day from this one on, or Never. A day that is not in the month counts as the next month's first.
    let rec private dayFrom schedule yearLast year month day =
        if year > yearLast then
            Never
        else
            match from month schedule.Months with
            | 0UL -> dayFrom schedule yearLast (year + 1) 1 1
            | months when lowest months > month -> dayFrom schedule yearLast year (lowest months) 1
            | _ ->
                match from day (CronMonth.days schedule year month) with
                | 0UL -> dayFrom schedule yearLast year (month + 1) 1
                | days -> DateTime(year, month, lowest days).Ticks

    let private onDaysFrom schedule year month day =
        match dayFrom schedule (min yearMax (year + cycleYears)) year month day with
        | Never -> Never
        | date -> date + firstOfDay schedule

    /// The first admitted time at `ticks` or later, or Never. Times below zero count as zero.
    let first (schedule: CronSchedule) (ticks: int64) =
        let seconds =
            (max 0L ticks + TimeSpan.TicksPerSecond - 1L) / TimeSpan.TicksPerSecond

        if seconds > DateTime.MaxValue.Ticks / TimeSpan.TicksPerSecond then
            Never
        else
            let day = DateTime(seconds / 86_400L * TimeSpan.TicksPerDay)
            let struct (year, month, dayOfMonth) = struct (day.Year, day.Month, day.Day)
            let isAdmitted = (CronMonth.days schedule year month >>> dayOfMonth) &&& 1UL = 1UL

            if not isAdmitted || (schedule.Months >>> month) &&& 1UL = 0UL then
                onDaysFrom schedule year month (dayOfMonth + 1)
            else
                match timeFrom schedule (int (seconds % 86_400L)) with
                | Never -> onDaysFrom schedule year month (dayOfMonth + 1)
                | time -> day.Ticks + time
