namespace Cano.FSharp

open System.Collections.Generic
open Cano

/// What is said of a state beside its work.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type internal Rules<'S> = {
    Config: TaskConfig option
    To: 'S list option
    Undo: TaskConfig option
    AtOnce: int
    Window: StreamWindow
    ItemErrors: ItemErrorPolicy
} with

    /// As the C# face has it when nothing is said.
    static member Unsaid: Rules<'S> = {
        Config = None
        To = None
        Undo = None
        AtOnce = 1
        Window = StreamWindow.Count 1
        ItemErrors = ItemErrorPolicy.FailFast
    }

    member rules.ConfigOrNull = Option.toObj rules.Config
    member rules.UndoOrNull = Option.toObj rules.Undo

    member rules.ToOrNull: IEnumerable<'S> | null =
        match rules.To with
        | Some states -> states
        | None -> null

/// Something that is said of a state beside its work.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type Saying<'S> = internal {
    Change: Rules<'S> -> Rules<'S>
}

/// All that is said of a state.
[<RequireQualifiedAccess>]
module internal Rules =

    /// The last of what is said twice holds.
    let ofAll (said: Saying<'S> list) : Rules<'S> =
        (said, Rules.Unsaid) ||> List.foldBack (fun saying rules -> saying.Change rules)

/// What may be said of a state beside its work.
[<RequireQualifiedAccess>]
module Saying =

    /// How its task is tried.
    let attempts config : Saying<'S> = {
        Change = fun rules -> { rules with Config = Some config }
    }

    /// The states that may follow.
    let edges states : Saying<'S> = {
        Change =
            fun rules -> {
                rules with
                    To = Some(List.ofSeq states)
            }
    }

    /// How its compensation is tried.
    let undo config : Saying<'S> = {
        Change = fun rules -> { rules with Undo = Some config }
    }

    /// How many items of its batch are under way at once.
    let concurrency n : Saying<'S> = {
        Change = fun rules -> { rules with AtOnce = n }
    }

    /// When a window of its stream is full.
    let window window : Saying<'S> = {
        Change = fun rules -> { rules with Window = window }
    }

    /// What a failed item does to its stream.
    let itemErrors policy : Saying<'S> = {
        Change = fun rules -> { rules with ItemErrors = policy }
    }

/// A state with its work, to be told to a workflow.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type Registration<'S when 'S: not null> = internal {
    Key: obj
    Tell: Rules<'S> -> Workflow<'S> -> Workflow<'S>
}
