// When a schedule is going to run, before it does: what a clock's change makes of it. CET is the
// time of central Europe.
#load "cano.fsx"

open System
open Cano
open Cano.FSharp

let backup = workflow {
    name "backup"
    state "copy" (fun _ -> task { return "copied" })
    exit "copied"
}

let zone = TimeZoneInfo.FindSystemTimeZoneById "CET"
let from = DateTimeOffset(2026, 3, 27, 12, 0, 0, TimeSpan.Zero)

let schedule =
    Schedule.empty
    |> Schedule.cronIn zone "nightly" "30 2 * * *" backup "copy"
    |> Schedule.cron "weekdays" "0 9 * * MON-FRI" backup "copy"
    |> Schedule.every "hourly" (TimeSpan.FromHours 1.) backup "copy"

// On the last Sunday of March there is no 2:30 there.
schedule |> Schedule.preview "nightly" 4 from |> printfn "%O"
schedule |> Schedule.preview "weekdays" 3 from |> printfn "%O"

// It prints:
//
//     nightly
//       Sat 2026-03-28 02:30:00 +01:00
//       Sun 2026-03-29 03:00:00 +02:00  02:30 does not exist on 2026-03-29 in CET: runs at 03:00
//       Mon 2026-03-30 02:30:00 +02:00
//       Tue 2026-03-31 02:30:00 +02:00
//     weekdays
//       Mon 2026-03-30 09:00:00 +00:00
//       Tue 2026-03-31 09:00:00 +00:00
//       Wed 2026-04-01 09:00:00 +00:00
