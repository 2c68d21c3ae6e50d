namespace Cano.FSharp

open System
open System.Text
open Cano
open Cano.Runtime.Errors

/// What an error says.
[<RequireQualifiedAccess>]
module CanoError =

    /// What went wrong: one case of a closed set, so that a match over it is complete.
    let fault (error: CanoError) : Fault = error.Fault

    /// The kind of error in snake_case.
    let category (error: CanoError) : string = error.Category

    /// What went wrong in one sentence.
    let message (error: CanoError) : string = error.Message

    /// The state that failed.
    let state (error: CanoError) : string option = Option.ofObj error.State

    /// Of exhausted retries the last attempt's error.
    let source (error: CanoError) : CanoError option = Option.ofObj error.Source

    /// What was thrown, in the process that saw it.
    let thrown (error: CanoError) : exn option = Option.ofObj error.Exception

/// What is told of a run that may be missing.
[<RequireQualifiedAccess>]
module RunInfo =

    /// The state it is in, or ended in.
    let state (info: RunInfo) : string option = Option.ofObj info.State

    /// Why it failed.
    let error (info: RunInfo) : CanoError option = Option.ofObj info.Error

    /// Why nobody takes it up.
    let held (info: RunInfo) : string option = Option.ofObj info.Held

    /// What it waits for.
    let waiting (info: RunInfo) : RunWait option = Option.ofObj info.Waiting

    /// How far its body is.
    let progress (info: RunInfo) : RunProgress option = Option.ofObj info.Progress

    /// The run that started it as its child.
    let parent (info: RunInfo) : string option = Option.ofObj info.ParentRunId

    /// When it began.
    let startedAt (info: RunInfo) : DateTimeOffset option = Option.ofNullable info.StartedAt

    /// When it ended.
    let endedAt (info: RunInfo) : DateTimeOffset option = Option.ofNullable info.EndedAt

/// What a row tells of what states carry. As values `Engine.states` gives it.
[<RequireQualifiedAccess>]
module Row =

    let private text (row: CheckpointRow) (data: Nullable<ReadOnlyMemory<byte>>) =
        match row.Codec with
        | null when data.HasValue -> Some(Encoding.UTF8.GetString data.Value.Span)
        | _ -> None

    /// What the row's own state carries, as JSON; None when the row does not say, as those behind
    /// the first of a visit, or a codec encoded it.
    let data (row: CheckpointRow) : string option = text row row.StateData

    /// The same of the state that follows, of a row that names one.
    let nextData (row: CheckpointRow) : string option = text row row.NextStateData

/// What a body may ask of its run.
[<RequireQualifiedAccess>]
module Context =

    /// What the body's own state carries, by its case: `ctx |> Context.data Approving`. The case of
    /// another state is a `workflow` error, which no further attempt is made for.
    let data (case: 'D -> 'S) (context: TaskContext) : 'D =
        let read =
            try
                CaseData<'D, 'S>.Reader(CaseData.Sample case)
            with :? ArgumentException as wrong ->
                raise (Misuse.told (UserText.MessageOf wrong))

        read (context.StateAs<'S>())

    /// The run's input; `input_missing`, or `input_type_mismatch`, fails the body.
    let input<'T> (context: TaskContext) : 'T = context.Input<'T>()

    /// The run's output, journaled with its next row; the newest counts.
    let output (value: 'T) (context: TaskContext) : unit = context.SetOutput value

    /// In the task behind a split: what became of its branches.
    let splitResult (context: TaskContext) : SplitResult option = Option.ofObj context.SplitResult

    /// In the task behind `each`: what its branches gave.
    let branchResults<'Item, 'Result> (context: TaskContext) : BranchResults<'Item, 'Result> =
        context.BranchResults<'Item, 'Result>()

    /// A value of the run's store, if it is there.
    let tryGet<'T> (key: string) (context: TaskContext) : 'T option =
        if context.Store.Contains key then
            Some(context.Store.Get<'T> key)
        else
            None
