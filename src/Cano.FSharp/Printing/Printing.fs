namespace Cano.FSharp

open System
open System.Threading.Tasks
open Cano
open Microsoft.FSharp.Reflection

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

    /// One of the rows, with all that it carries.
    let row (row: CheckpointRow) : string = RunTimeline.row row

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

    let private isOf (definition: Type) (kind: Type) =
        kind.IsGenericType && kind.GetGenericTypeDefinition() = definition

    /// A value of these, if it is one: for a printer of all values. What a task has given is shown
    /// in its place, and of a result what it holds.
    let rec tryShow (value: obj) : string option =
        match value with
        | :? Definition as definition -> Some(WorkflowTable.text definition)
        | :? RunInfo as info -> Some(run info)
        | :? CheckpointRow as one -> Some(row one)
        | :? (CheckpointRow list) as rows -> Some(timeline rows)
        | :? (FlowInfo list) as flows -> Some(schedule flows)
        | :? RunningScheduler as running -> Some(schedule (List.ofSeq (running.List())))
        | :? SchedulePreview as told -> Some(preview told)
        | :? CanoError as error -> Some(string error)
        | :? Task as work -> given work
        | value when isOf typedefof<Result<int, int>> (value.GetType()) -> held value
        | value when isOf typedefof<int option> (value.GetType()) -> held value
        | value -> definitionOf value |> Option.map WorkflowTable.text

    /// What a task gave that gives a result.
    and private given (work: Task) : string option =
        match work.GetType().GetProperty "Result" with
        | NonNull result when isOf typedefof<Result<int, int>> result.PropertyType ->
            if work.IsCompletedSuccessfully then
                match result.GetValue work with
                | NonNull gave -> Some(tryShow gave |> Option.defaultWith (fun () -> $"%A{gave}"))
                | _ -> None
            else
                Some $"a task, {work.Status}: wait for what it gives"
        | _ -> None

    /// What a case of a result or an option holds, if that is shown, after the name of the case.
    and private held (value: obj) : string option =
        let case, fields = FSharpValue.GetUnionFields(value, value.GetType())

        match Array.tryHead fields with
        | Some(NonNull field) ->
            tryShow field
            |> Option.map (fun text ->
                if text.Contains '\n' then
                    $"{case.Name}\n{text}"
                else
                    $"{case.Name} {text}")
        | _ -> None
