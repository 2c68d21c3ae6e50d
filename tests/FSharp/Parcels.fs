namespace Cano.FSharp.Tests

open System.IO
open System.Threading.Tasks
open Cano
open Cano.FSharp
open Expecto

[<AutoOpen>]
module Checks =

    /// A leaf whose work is a task. Expecto's own `testTask` does not know the type of what is
    /// awaited before all of it is read.
    let check name (work: unit -> Task<unit>) =
        testCaseAsync name (async { do! Async.AwaitTask(work ()) })

    /// A run comes to an exit.
    let ended (expected: 'S) (run: Task<Result<'S, CanoError>>) = task {
        let! outcome = run
        Expect.equal outcome (Ok expected) "the exit"
    }

    /// What was asked for is refused, by an error of a category.
    let refused (category: string) (call: Task<Result<'T, CanoError>>) = task {
        let! outcome = call
        let why = outcome |> Result.map ignore |> Result.mapError CanoError.category
        Expect.equal why (Error category) "refused"
    }

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
