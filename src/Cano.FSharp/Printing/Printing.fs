namespace Cano.FSharp

open Cano

/// Workflows, runs and schedules as text that a person reads, for F# Interactive and notebooks:
///
///     fsi.AddPrinter(fun (value: obj) -> Printing.tryShow value |> Option.toObj)
[<RequireQualifiedAccess>]
module Printing =

    /// A workflow's states, what is done in each, and what may follow.
    let workflow (workflow: Workflow<'S>) : string = WorkflowTable.text workflow.Definition

    /// What is known of a run.
    let run (info: RunInfo) : string = RunTimeline.info info

    /// A run's rows as its timeline.
    let timeline (rows: CheckpointRow list) : string = RunTimeline.rows rows

    /// A schedule's flows, when each runs next, and how it went.
    let schedule (flows: FlowInfo list) : string = ScheduleTable.text flows

    /// The occurrences to come of one flow.
    let preview (preview: SchedulePreview) : string = string preview

    /// What a workflow of any states is, as data.
    let internal definitionOf (value: obj) =
        let kind = value.GetType()

        if
            kind.IsGenericType
            && kind.GetGenericTypeDefinition() = typedefof<Workflow<string>>
        then
            match kind.GetProperty "Definition" with
            | null -> None
            | property -> Option.ofObj (property.GetValue value) |> Option.map unbox<Definition>
        else
            None

    /// A value of these, if it is one: for a printer of all values.
    let tryShow (value: obj) : string option =
        match value with
        | :? Definition as definition -> Some(WorkflowTable.text definition)
        | :? RunInfo as info -> Some(run info)
        | :? (CheckpointRow list) as rows -> Some(timeline rows)
        | :? (FlowInfo list) as flows -> Some(schedule flows)
        | :? RunningScheduler as running -> Some(schedule (List.ofSeq (running.List())))
        | :? SchedulePreview as told -> Some(preview told)
        | value -> definitionOf value |> Option.map WorkflowTable.text
