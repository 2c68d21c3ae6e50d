namespace Cano.FSharp

open System.Threading.Tasks
open Cano

/// Several workflows side by side.
[<RequireQualifiedAccess>]
module Concurrent =

    /// No instance yet; the strategy says which are waited for.
    let by<'S when 'S: not null> (strategy: ConcurrentStrategy) = ConcurrentWorkflow<'S> strategy

    /// An instance of a name, from a state.
    let add name (workflow: Workflow<'S>) (initial: 'S) (all: ConcurrentWorkflow<'S>) =
        all.AddInstance(name, workflow, initial)

    /// Runs at most n instances at once.
    let limit n (all: ConcurrentWorkflow<'S>) = all.WithConcurrencyLimit n

    /// Runs them: what became of each, by its name.
    let run
        (all: ConcurrentWorkflow<'S>)
        : Task<Result<Map<string, Result<'S, CanoError>>, CanoError>> =
        Outcome.ofTask (fun () -> task {
            let! results = all.OrchestrateAsync()

            return Outcome.ofAll results.Outcomes
        })
