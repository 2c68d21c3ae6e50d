namespace Cano.FSharp

open System.Collections.Generic
open Cano

/// Watching runs. It costs nothing to a run that nobody watches; a slow reader misses what lies
/// between.
[<RequireQualifiedAccess>]
module Watch =

    /// What a run is now, then after each change, until its end.
    let run (runId: string) (engine: CanoEngine) : IAsyncEnumerable<RunInfo> =
        engine.WatchAsync runId

    /// What changed among the runs that a query finds, at most once a second.
    let runs (query: RunQuery) (engine: CanoEngine) : IAsyncEnumerable<IReadOnlyList<RunInfo>> =
        engine.WatchAsync query
