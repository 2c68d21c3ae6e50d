namespace Cano.FSharp

open Cano

/// What `Body.ofTask` answers with: the task of a class.
[<Sealed; NoEquality; NoComparison>]
type ClassTask<'S> internal (task: ITask<'S>) =
    member internal _.Task = task

/// Bodies.
[<RequireQualifiedAccess>]
module Body =

    /// A task of a class as a body: `state Ship (Body.ofTask shipping)`. It keeps its name, and how
    /// it is tried.
    let ofTask (task: ITask<'S>) : TaskContext -> ClassTask<'S> =
        nullArgCheck (nameof task) task |> ignore
        fun _ -> ClassTask task
