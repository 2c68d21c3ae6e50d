namespace Cano.Model

open System.IO
open System.Threading.Tasks
open Cano

/// A disk that dies with its process. What was durable by then lives on beneath.
type MortalStore(stage: Stage, beneath: ICheckpointStore) =
    let mutable appends = 0
    let mutable isDead = false

    let die () =
        isDead <- true
        raise (IOException "The process died.")

    member _.IsDead = isDead

    interface ICheckpointStore with
        member _.AppendAsync(id, row, fence, token) =
            if isDead then
                die ()

            stage.Moment() |> ignore
            let death = stage.Death appends
            appends <- appends + 1

            let append () =
                let appended = beneath.AppendAsync(id, row, fence, token)
                stage.Remember row
                appended

            match death with
            | None -> append ()
            | Some true ->
                (append ()).GetAwaiter().GetResult()
                die ()
            | Some false -> die ()

        member _.LoadRunAsync(id, token) = beneath.LoadRunAsync(id, token)
        member _.ClearAsync(id, token) = beneath.ClearAsync(id, token)
        member _.Inbox = beneath.Inbox
        member _.ListRunsAsync(filter, token) = beneath.ListRunsAsync(filter, token)
        member _.ClaimAsync(id, owner, token) = beneath.ClaimAsync(id, owner, token)
        member _.DisposeAsync() = ValueTask()
