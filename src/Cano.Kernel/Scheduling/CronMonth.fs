namespace Cano.Kernel

open System

/// The days of one month that a schedule admits.
[<RequireQualifiedAccess>]
module internal CronMonth =

    /// Sunday is 0.
    let private weekdayOf (weekdayOfFirst: int) day = (weekdayOfFirst + day - 1) % 7

    /// The bits from `first` to `last`.
    let private span first last =
        (~~~0UL <<< first) &&& (~~~0UL >>> (63 - last))

    /// A Saturday gives way to the Friday before, a Sunday to the Monday after, but never to another month.
    let private nearest weekdayOfFirst last day =
        match weekdayOf weekdayOfFirst day with
        | 6 when day = 1 -> day + 2
        | 6 -> day - 1
        | 0 when day = last -> day - 2
        | 0 -> day + 1
        | _ -> day

    /// A day that the month may not have.
    let private one last day (move: int -> int) =
        if day < 1 || day > last then 0UL else 1UL <<< move day

    let private byDay weekdayOfFirst last days =
        match days with
        | CronDays.Among bits -> bits
        | CronDays.BeforeLast(back, false) -> one last (last - back) id
        | CronDays.BeforeLast(back, true) -> one last (last - back) (nearest weekdayOfFirst last)
        | CronDays.NearestWeekday day -> one last day (nearest weekdayOfFirst last)

    /// A week's bits, again and again for a month of which bit 1 is the first day.
    let private everyWeek weekdayOfFirst (bits: uint64) =
        let weeks =
            bits
            ||| (bits <<< 7)
            ||| (bits <<< 14)
            ||| (bits <<< 21)
            ||| (bits <<< 28)
            ||| (bits <<< 35)

        (weeks >>> weekdayOfFirst) <<< 1

    let private byWeekday weekdayOfFirst last weekdays =
        match weekdays with
        | CronWeekdays.Among bits -> everyWeek weekdayOfFirst bits
        | CronWeekdays.Nth(day, n) ->
            everyWeek weekdayOfFirst (1UL <<< day) &&& span (7 * n - 6) (7 * n)
        | CronWeekdays.Last day -> everyWeek weekdayOfFirst (1UL <<< day) &&& span (last - 6) last

    /// Bit n for day n. Year: 1-9999. Month: 1-12.
    let days (schedule: CronSchedule) year month =
        let last = DateTime.DaysInMonth(year, month)
        let weekdayOfFirst = int (DateTime(year, month, 1).DayOfWeek)

        byDay weekdayOfFirst last schedule.Days
        &&& byWeekday weekdayOfFirst last schedule.Weekdays
        &&& span 1 last
