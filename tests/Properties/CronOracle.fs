namespace Cano.Properties

open System
open System.Collections.Generic
open Cano.Kernel
open FsCheck
open FsCheck.FSharp

/// A cron expression, and in plain words what it admits on a clock.
type WrittenCron = {
    Text: string
    Admits: DateTime -> bool
    IsInterval: bool
} with

    override this.ToString() = this.Text

/// Random expressions beside what they say, told apart from any parser.
[<RequireQualifiedAccess>]
module CronOracle =

    /// One column: how it is written and which values it admits.
    type private Column = {
        Text: string
        Holds: int -> bool
        IsRegular: bool
    }

    let private irregular text holds = {
        Text = text
        Holds = holds
        IsRegular = false
    }

    let private regular text holds = {
        Text = text
        Holds = holds
        IsRegular = true
    }

    /// How far a value is past another, going round the column.
    let private past period low value = (value - low + period) % period

    let private one (show: int -> string) first last = gen {
        let! value = Gen.choose (first, last)
        return irregular (show value) ((=) value)
    }

    let private range (show: int -> string) first last = gen {
        let! low = Gen.choose (first, last)
        let! high = Gen.choose (first, last)
        let distance = past (last - first + 1) low
        return regular $"{show low}-{show high}" (fun value -> distance value <= distance high)
    }

    let private rangeByStep (show: int -> string) first last = gen {
        let! low = Gen.choose (first, last)
        let! high = Gen.choose (first, last)
        let! step = Gen.choose (1, 7)
        let distance = past (last - first + 1) low

        let holds value =
            distance value <= distance high && distance value % step = 0

        return regular $"{show low}-{show high}/{step}" holds
    }

    let private fromByStep (show: int -> string) first last = gen {
        let! low = Gen.choose (first, last)
        let! step = Gen.choose (1, last)
        return regular $"{show low}/{step}" (fun it -> it >= low && (it - low) % step = 0)
    }

    let private allByStep first last = gen {
        let! step = Gen.choose (1, last)
        return regular $"*/{step}" (fun value -> (value - first) % step = 0)
    }

    let private all text =
        Gen.constant (regular text (fun _ -> true))

    let private item show first last =
        Gen.oneof [
            one show first last
            range show first last
            rangeByStep show first last
            fromByStep show first last
        ]

    let private list show first last = gen {
        let! items =
            Gen.choose (2, 4)
            |> Gen.bind (fun n -> Gen.listOfLength n (item show first last))

        return {
            Text = items |> List.map _.Text |> String.concat ","
            Holds = fun value -> items |> List.exists (fun it -> it.Holds value)
            IsRegular = items |> List.exists _.IsRegular
        }
    }

    /// Fixed values are as likely as all the rest: they alone make an expression that is no
    /// interval.
    let private column show first last =
        Gen.frequency [
            4, one show first last
            1, all "*"
            1, allByStep first last
            1, item show first last
            1, list show first last
        ]

    let private daysIn (time: DateTime) =
        DateTime.DaysInMonth(time.Year, time.Month)

    /// The working day of a month that is the fewest days away.
    let private nearest target (time: DateTime) =
        let isWorkday day =
            match DateTime(time.Year, time.Month, day).DayOfWeek with
            | DayOfWeek.Saturday
            | DayOfWeek.Sunday -> false
            | _ -> true

        if target < 1 || target > daysIn time then
            -1
        else
            [ 1 .. daysIn time ]
            |> List.filter isWorkday
            |> List.minBy (fun day -> abs (day - target))

    let private byDay (column: Column) =
        column.Text, (fun (time: DateTime) -> column.Holds time.Day)

    let private days: Gen<string * (DateTime -> bool)> =
        Gen.frequency [
            3, all "*" |> Gen.map byDay
            1, all "?" |> Gen.map byDay
            3, column string 1 31 |> Gen.map byDay
            1, Gen.constant ("L", (fun time -> time.Day = daysIn time))
            1,
            Gen.choose (0, 30)
            |> Gen.map (fun back -> $"L-{back}", (fun time -> time.Day = daysIn time - back))
            1, Gen.constant ("lw", (fun time -> time.Day = nearest (daysIn time) time))
            1,
            Gen.choose (0, 30)
            |> Gen.map (fun back ->
                $"L-{back}W", (fun time -> time.Day = nearest (daysIn time - back) time))
            2,
            Gen.choose (1, 31)
            |> Gen.map (fun day -> $"{day}W", (fun time -> time.Day = nearest day time))
        ]

    let private names = [| "SUN"; "mon"; "Tue"; "WED"; "THU"; "FRI"; "SAT" |]

    /// Sunday stands at both ends of a week, 0 and 7.
    let private byWeekday (column: Column) =
        let holds (time: DateTime) =
            column.Holds(int time.DayOfWeek)
            || time.DayOfWeek = DayOfWeek.Sunday && column.Holds 7

        column.Text, holds

    let private weekdays: Gen<string * (DateTime -> bool)> =
        let name weekday = names[weekday]

        let seven weekday =
            if weekday = 0 then "7" else string weekday

        let is weekday (time: DateTime) = int time.DayOfWeek = weekday

        Gen.frequency [
            4, all "*" |> Gen.map byWeekday
            1, all "?" |> Gen.map byWeekday
            1, one name 0 6 |> Gen.map byWeekday
            1, range name 0 6 |> Gen.map byWeekday
            1, rangeByStep string 0 6 |> Gen.map byWeekday
            1, rangeByStep seven 0 6 |> Gen.map byWeekday
            1, list name 0 6 |> Gen.map byWeekday
            1, Gen.constant ("7", is 0)
            1,
            Gen.choose (0, 6)
            |> Gen.map (fun day ->
                $"{name day}L", (fun time -> is day time && time.AddDays(7.0).Month <> time.Month))
            1,
            Gen.zip (Gen.choose (0, 6)) (Gen.choose (1, 5))
            |> Gen.map (fun (day, n) ->
                $"{day}#{n}", (fun time -> is day time && (time.Day - 1) / 7 + 1 = n))
        ]

    let private months =
        let name month = DateTime(2000, month, 1).ToString "MMM"

        Gen.frequency [ 2, all "*"; 1, column string 1 12; 1, column name 1 12 ]

    let private dates = gen {
        let! days, isDay = days
        let! months = months
        let! weekdays, isWeekday = weekdays

        let admits (time: DateTime) =
            months.Holds time.Month && isDay time && isWeekday time

        return $"{days} {months.Text} {weekdays}", admits
    }

    let private times isToSecond = gen {
        let! seconds =
            if isToSecond then
                column string 0 59
            else
                Gen.constant (irregular "" ((=) 0))

        let! minutes = column string 0 59
        let! hours = column string 0 23

        return {
            Text = $"{seconds.Text} {minutes.Text} {hours.Text}".TrimStart()
            Admits =
                fun time ->
                    hours.Holds time.Hour && minutes.Holds time.Minute && seconds.Holds time.Second
            IsInterval = seconds.IsRegular || minutes.IsRegular || hours.IsRegular
        }
    }

    let private on dates (times: WrittenCron) =
        let text, isDate = dates

        {
            times with
                Text = $"{times.Text} {text}"
                Admits = fun time -> times.Admits time && isDate time
        }

    let private everyDay = "* * ?", (fun (_: DateTime) -> true)

    /// At noon of random dates.
    let ofDates: Gen<WrittenCron> =
        dates
        |> Gen.map (fun dates ->
            on dates {
                Text = "0 12"
                Admits = fun time -> time.TimeOfDay = TimeSpan.FromHours 12.0
                IsInterval = false
            })

    /// At random times of every day, to the minute.
    let ofMinutes: Gen<WrittenCron> = times false |> Gen.map (on everyDay)

    /// Several times in the hours at which most clocks are set, every night.
    let ofNights: Gen<WrittenCron> = gen {
        let! isInterval = Gen.elements [ true; false ]
        let! step = Gen.choose (5, 40)
        let! minutes = Gen.listOfLength 3 (Gen.choose (0, 59))
        let isNight (time: DateTime) = time.Hour >= 22 || time.Hour <= 3
        let fixedMinutes = minutes |> List.map string |> String.concat ","

        return {
            Text =
                if isInterval then
                    $"*/{step} 22-3 * * *"
                else
                    $"{fixedMinutes} 22,23,0,1,2,3 * * *"
            Admits =
                fun time ->
                    isNight time
                    && if isInterval then
                           time.Minute % step = 0
                       else
                           List.contains time.Minute minutes
            IsInterval = isInterval
        }
    }

    /// At random times of every day, to the second.
    let ofSeconds: Gen<WrittenCron> = times true |> Gen.map (on everyDay)

    /// Everything at once, to the minute.
    let ofAll: Gen<WrittenCron> = Gen.map2 on dates (times false)

    /// Every run by a zone's clock, which is looked at each minute from `start` (included) to
    /// `finish` (excluded), and what is odd about it.
    let walk (zone: TimeZoneInfo) (written: WrittenCron) (start: DateTime) (finish: DateTime) =
        let minute = TimeSpan.FromMinutes 1.0
        let reads (instant: DateTime) = instant + zone.GetUtcOffset instant

        // No clock is set back by more than a day.
        let around = 1_560
        let count = int ((finish - start) / minute) + 2 * around

        let readings =
            Array.init count (fun n -> reads (start + float (n - around) * minute))

        let twice = readings |> Array.countBy id |> Array.filter (fun (_, n) -> n > 1)
        let isTwice = (twice |> Array.map fst |> HashSet).Contains
        let mutable shown = readings |> Array.take around |> Array.max

        [
            for n in around .. count - around - 1 do
                let time = readings[n]

                // The times that are reached now: none if the clock has shown them before.
                let reached =
                    Seq.unfold (fun at -> Some(at, at + minute)) (shown + minute)
                    |> Seq.takeWhile (fun at -> at <= time)

                let again = if written.IsInterval && time <= shown then [ time ] else []

                match Seq.append reached again |> Seq.tryFind written.Admits with
                | Some meant ->
                    let instant = start + float (n - around) * minute
                    let at = DateTimeOffset(instant).ToOffset(zone.GetUtcOffset instant)

                    if not (written.Admits time) then
                        at, ClockShift.Skipped meant
                    elif isTwice time then
                        at, ClockShift.Repeated written.IsInterval
                    else
                        at, ClockShift.None
                | None -> ()

                shown <- max shown time
        ]
