namespace Cano.FSharp

open System
open Cano
open Cano.Kernel

/// Workflows, runs and schedules as HTML and SVG text, for notebooks and pages of any kind. What
/// users named is escaped.
[<RequireQualifiedAccess>]
module Html =

    /// A workflow as a diagram: its states, and the ways that it declares. SVG.
    let workflow (workflow: Workflow<'S>) : string = WorkflowPicture.svg workflow.Definition

    /// A run's rows as a waterfall: a bar for each visit of a state, as long as it took. SVG.
    let timeline (rows: CheckpointRow list) : string = RunWaterfall.svg rows

    /// What is known of a run, as a table.
    let run (info: RunInfo) : string =
        Markup.table [ info.RunId; string info.Status ] (RunTimeline.facts info)

    /// A schedule's flows, when each runs next, and how it went, as a table.
    let schedule (flows: FlowInfo list) : string =
        Markup.table ScheduleTable.heading (ScheduleTable.rows flows)

    /// The occurrences to come of one flow, a line each.
    let preview (preview: SchedulePreview) : string =
        Markup.element "pre" [] (Markup.text (string preview))

    /// A value of these, if it is one: for a formatter of all values.
    let tryShow (value: obj) : string option =
        match value with
        | :? Definition as definition -> Some(WorkflowPicture.svg definition)
        | :? RunInfo as info -> Some(run info)
        | :? (CheckpointRow list) as rows -> Some(timeline rows)
        | :? (FlowInfo list) as flows -> Some(schedule flows)
        | :? RunningScheduler as running -> Some(schedule (List.ofSeq (running.List())))
        | :? SchedulePreview as told -> Some(preview told)
        | value -> Printing.definitionOf value |> Option.map WorkflowPicture.svg
