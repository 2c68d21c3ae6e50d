namespace Cano.Kernel

open System
open Cano

/// When a flow is due.
[<RequireQualifiedAccess>]
type FlowSchedule =
    /// Only when somebody asks.
    | Manual
    /// At once, and then a span after each end of a run: a fixed delay, not a fixed rate.
    | Every of Interval: TimeSpan
    /// At the occurrences of a cron expression in a time zone.
    | Calendar of Cron: Cron * Zone: TimeZoneInfo * Missed: MissedPolicy

/// Where the occurrences of a calendar lie.
[<RequireQualifiedAccess>]
module Calendar =

    /// The first occurrence after an instant, in UTC; null when there is none any more.
    let next (cron: Cron) (zone: TimeZoneInfo) (after: DateTimeOffset) : Nullable<DateTimeOffset> =
        let found = cron.Next(after, zone)

        if found.HasValue then
            Nullable(found.Value.ToUniversalTime())
        else
            found

    /// The last occurrence that is after `after` and not after `now`; null when there is none. It
    /// is found by halving, for there may be years of seconds in between.
    let latest (cron: Cron) (zone: TimeZoneInfo) (after: DateTimeOffset) (now: DateTimeOffset) =
        let isPast (found: Nullable<DateTimeOffset>) = found.HasValue && found.Value <= now

        // An occurrence follows `low` and is past; none that is past follows `high`.
        let rec halve (low: DateTimeOffset) (high: DateTimeOffset) found =
            // Occurrences are at least a second apart.
            if high - low < TimeSpan.FromSeconds 1.0 then
                found
            else
                let middle = low + (high - low) / 2.0

                match next cron zone middle with
                | later when isPast later -> halve later.Value high later
                | _ -> halve low middle found

        match next cron zone after with
        | first when isPast first -> halve first.Value now first
        | _ -> Nullable()
