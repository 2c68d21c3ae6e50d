namespace Cano.FSharp

open System
open System.Collections.Generic
open System.Threading.Tasks
open Cano
open LanguageExt

/// Ends as values. Only what is wrong with an argument is thrown.
[<RequireQualifiedAccess>]
module internal Outcome =

    let ofTask (work: unit -> Task<'T>) : Task<Result<'T, CanoError>> = task {
        try
            let! given = work ()
            return Ok given
        with :? CanoException as failure ->
            return Error failure.Error
    }

    let ofUnit (work: unit -> Task) : Task<Result<unit, CanoError>> =
        ofTask (fun () -> task { do! work () })

    let ofCall (work: unit -> 'T) : Result<'T, CanoError> =
        try
            Ok(work ())
        with :? CanoException as failure ->
            Error failure.Error

    /// What became of each by its name. The C# face tells it by a type of a library that F# has no
    /// need of.
    let ofAll (outcomes: seq<KeyValuePair<string, Either<CanoError, 'S>>>) =
        Map.ofList [
            for outcome in outcomes ->
                outcome.Key,
                outcome.Value.Match(
                    Func<'S, Result<'S, CanoError>> Ok,
                    Func<CanoError, Result<'S, CanoError>> Error
                )
        ]
