namespace Cano.FSharp

open System.Threading.Tasks
open Cano

/// A task of a class as the function that a state takes. Its name and how it is tried go with it.
[<Sealed; NoEquality; NoComparison>]
type internal TaskFunction<'S>(given: ITask<'S>) =
    inherit FSharpFunc<TaskContext, ValueTask<'S>>()
    member _.Task = given

    override _.Invoke context =
        given.RunAsync(context, context.CancellationToken)

/// Bodies.
[<RequireQualifiedAccess>]
module Body =

    /// A task of a class as a body: `state Ship (Body.ofTask shipping)`. It keeps its name, and how
    /// it is tried.
    let ofTask (task: ITask<'S>) : TaskContext -> ValueTask<'S> =
        nullArgCheck (nameof task) task |> ignore
        TaskFunction task :> obj :?> (TaskContext -> ValueTask<'S>)
