namespace Cano.Model

open System.Collections.Generic
open System.IO
open System.Threading.Tasks
open Cano

/// A disk that dies with its process. What was durable by then lives on beneath; rows that it has
/// only accepted are gone.
type MortalStore(stage: Stage, beneath: ICheckpointStore) =
    let accepted = Queue<unit -> unit>()
    let mutable appends = 0
    let mutable isDead = false

    let die () =
        isDead <- true
        accepted.Clear()
        raise (IOException "The process died.")

    /// Hands over what was accepted, the oldest first.
    let flush () =
        while accepted.Count > 0 do
            accepted.Dequeue () ()

    /// A row is in its place; durable unless it may be lost. A row that survives the process is,
    /// and every row before it.
    let take id (row: CheckpointRow) fence mayBeLost =
        if isDead then
            die ()

        stage.Moment() |> ignore
        let death = stage.Death appends
        appends <- appends + 1

        if death <> Some false then
            accepted.Enqueue(fun () ->
                (beneath.AppendAsync(id, row, fence)).GetAwaiter().GetResult()
                stage.Remember row)

            if death.IsSome || not mayBeLost then
                flush ()

        if death.IsSome then
            die ()

    do stage.MayLose <- fun () -> accepted.Count > 0

    member _.IsDead = isDead

    interface ICheckpointStore with
        member _.AppendAsync(id, row, fence, _) =
            take id row fence false
            ValueTask()

        member _.LoadRunAsync(id, token) = beneath.LoadRunAsync(id, token)
        member _.ClearAsync(id, token) = beneath.ClearAsync(id, token)
        member _.Inbox = beneath.Inbox
        member _.ListRunsAsync(filter, token) = beneath.ListRunsAsync(filter, token)
        member _.ClaimAsync(id, owner, token) = beneath.ClaimAsync(id, owner, token)
        member _.DisposeAsync() = ValueTask()

    interface IDeferringStore with
        member _.DeferAsync(id, row, fence, _) =
            take id row fence true
            ValueTask()

        member _.DeferFirstAsync(id, row, _) =
            take id row AppendRule.FirstFence true
            ValueTask<int64> AppendRule.FirstFence

        member _.FlushAsync(_, _) =
            if isDead then
                die ()

            flush ()
            ValueTask()
