namespace Cano.FSharp.Tests

open System.IO
open System.Threading.Tasks
open Expecto

[<AutoOpen>]
module Checks =

    /// A leaf whose work is a task. Expecto's own `testTask` does not know the type of what is
    /// awaited before all of it is read.
    let check name (work: unit -> Task<unit>) =
        testCaseAsync name (async { do! Async.AwaitTask(work ()) })

/// States that carry data.
[<RequireQualifiedAccess>]
type Parcel =
    | Packed of items: string list
    | Weighed of weight: int * items: string list
    | Sent of text: string

/// A directory for a test, gone with it.
type Folder() =
    let path = Directory.CreateTempSubdirectory "cano-fsharp-"
    member _.Path = path.FullName

    interface System.IDisposable with
        member _.Dispose() = path.Delete true
