namespace Cano

open System
open System.Diagnostics.CodeAnalysis
open System.Runtime.InteropServices
open Cano.Kernel

/// A schedule by the calendar: second (optional), minute, hour, day of month, month and day of
/// week, with names, lists, ranges, steps, `L`, `W`, `#`, `?` and macros. A date must suit both the
/// day of month and the day of week. A time that the zone's clock skips runs at the change, once. A
/// time that it shows twice runs the first time only, or both times for an interval: when second,
/// minute or hour has `*`, a range or a step. Schedules are equal when their fields admit the same,
/// however they are written.
[<Sealed>]
type Cron private (text: string, schedule: CronSchedule) =

    static let refused text (refusal: CronRefusal) =
        Words.sentence
            $"\"{text}\" is not a cron expression: {refusal.Field}, at character {refusal.At}: {refusal.Why}."

    static let zoned (zone: TimeZoneInfo | null) =
        match zone with
        | null -> TimeZoneInfo.Utc
        | zone -> zone

    /// The first occurrence later than an instant, both UTC ticks.
    let next zone instant : Nullable<DateTimeOffset> =
        let next = CronOccurrence.after schedule zone instant

        if next.At = CronSchedule.Never then
            Nullable()
        else
            Nullable(DateTimeOffset(next.At + next.Offset, TimeSpan next.Offset))

    /// Reads an expression. FormatException names the field and the character, counted from 1.
    static member Parse(text: string) =
        ArgumentNullException.ThrowIfNull(text, nameof text)

        match CronText.read text with
        | Ok schedule -> Cron(text, schedule)
        | Error refusal -> raise (FormatException(refused text refusal))

    /// Whether a text is an expression, and the schedule it stands for.
    static member TryParse
        (text: string | null, [<Out; NotNullWhen(true)>] cron: byref<Cron | null>)
        : bool =
        match text with
        | null -> false
        | text ->
            match CronText.read text with
            | Ok schedule ->
                cron <- Cron(text, schedule)
                true
            | Error _ ->
                cron <- null
                false

    /// The first occurrence strictly later than `after`, with the zone's offset; null when there is
    /// none before the end of DateTimeOffset. The zone is UTC unless given.
    member _.Next
        (
            after: DateTimeOffset,
            [<Optional; DefaultParameterValue(null: TimeZoneInfo | null)>] zone: TimeZoneInfo | null
        ) : Nullable<DateTimeOffset> =
        next (zoned zone) after.UtcTicks

    /// The occurrences from `from` (included) to `to` (excluded), in order, found as they are asked
    /// for; none when `to` is not later. The zone is UTC unless given.
    member _.Between
        (
            from: DateTimeOffset,
            ``to``: DateTimeOffset,
            [<Optional; DefaultParameterValue(null: TimeZoneInfo | null)>] zone: TimeZoneInfo | null
        ) : DateTimeOffset seq =
        let zone = zoned zone

        from.UtcTicks - 1L
        |> Seq.unfold (fun instant ->
            let occurrence = next zone instant

            if occurrence.HasValue && occurrence.Value < ``to`` then
                Some(occurrence.Value, occurrence.Value.UtcTicks)
            else
                None)

    /// The expression as it was written.
    override _.ToString() = text

    member internal _.Schedule = schedule

    override _.Equals(other: obj | null) =
        match other with
        | :? Cron as cron -> schedule = cron.Schedule
        | _ -> false

    override _.GetHashCode() = hash schedule

    // C#'s == and !=.
    static member op_Equality(left: Cron | null, right: Cron | null) = Object.Equals(left, right)

    static member op_Inequality(left: Cron | null, right: Cron | null) =
        not (Object.Equals(left, right))
