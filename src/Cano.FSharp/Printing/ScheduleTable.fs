namespace Cano.FSharp

open Cano
open Cano.Kernel

/// A schedule as the table of its flows.
[<RequireQualifiedAccess>]
module internal ScheduleTable =

    let private next (flow: FlowInfo) =
        match Option.ofNullable flow.NextOccurrence with
        | Some next -> Words.instant next
        | None -> ""

    let heading = [ "flow"; "schedule"; "status"; "runs"; "next" ]

    let rows (flows: FlowInfo list) : string list list = [
        for flow in flows ->
            [
                flow.Id
                flow.Schedule
                (if flow.IsPaused then "Paused" else string flow.Status)
                Words.sentence $"{flow.RunCount}"
                next flow
            ]
    ]

    let text (flows: FlowInfo list) : string = Table.text heading (rows flows)
