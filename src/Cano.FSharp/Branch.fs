namespace Cano.FSharp

open System
open System.Threading
open System.Threading.Tasks
open Cano

/// Branches of a split, and other tasks that stand by themselves.
[<RequireQualifiedAccess>]
module Branch =

    /// A task of a name and a body that the runtime takes.
    let make (name: string) (config: TaskConfig option) (body: TaskContext -> ValueTask<'S>) =
        let body =
            Func<TaskContext, CancellationToken, ValueTask<'S>>(fun context _ -> body context)

        CanoTask.From(name, body, Option.toObj config)

    /// A branch: a name, and a body that answers with any state.
    let inline task< ^S, ^A
        when (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask< ^S >)>
        (name: string)
        (body: TaskContext -> ^A)
        : ITask< ^S > =
        make name None (fun context ->
            Answer.Take<Answer, ^A, ^S>(Answer.Any, context, body context))

    /// As `task`, and how it is tried.
    let inline taskWith< ^S, ^A
        when (Answer or ^A): (static member ``a body answers by a task, a ValueTask or an async``:
            Answer * TaskContext * ^A -> ValueTask< ^S >)>
        (config: TaskConfig)
        (name: string)
        (body: TaskContext -> ^A)
        : ITask< ^S > =
        make name (Some config) (fun context ->
            Answer.Take<Answer, ^A, ^S>(Answer.Any, context, body context))
