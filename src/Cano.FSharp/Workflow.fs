namespace Cano.FSharp

open System.Threading
open System.Threading.Tasks
open Cano

/// Workflows by functions: how they run, and what they are told. Each gives a changed copy.
[<RequireQualifiedAccess>]
module Workflow =

    /// A workflow by one total function, so that a state of which nothing is said does not compile:
    ///
    ///     Workflow.total [ Reserve; Charge; Done ] (function
    ///         | Reserve -> Handle.run reserve
    ///         | Charge -> Handle.compensate charge refund
    ///         | Done -> Handle.exit)
    ///
    /// A union needs no list, for its cases are known: `Workflow.total (function …)`.
    let inline total< ^X, ^R when (Total or ^X): (static member Of: Total * ^X -> ^R)>
        (given: ^X)
        : ^R =
        Total.Take<Total, ^X, ^R>(Total.Any, given)

    /// Runs from a state to an exit.
    let run (initial: 'S) (workflow: Workflow<'S>) : Task<Result<'S, CanoError>> =
        Outcome.ofTask (fun () -> workflow.OrchestrateAsync initial)

    /// Runs under an id; in a journal no other unfinished run may have it.
    let runAs (runId: string) (initial: 'S) (workflow: Workflow<'S>) =
        Outcome.ofTask (fun () -> workflow.OrchestrateAsync(initial, runId))

    /// As `runAs`, until the token asks it to stop: then its steps are undone.
    let runUntil (stop: CancellationToken) (runId: string) (initial: 'S) (workflow: Workflow<'S>) =
        Outcome.ofTask (fun () -> workflow.OrchestrateAsync(initial, runId, stop))

    /// Goes on with a run where its rows end.
    let resume (runId: string) (workflow: Workflow<'S>) : Task<Result<'S, CanoError>> =
        Outcome.ofTask (fun () -> workflow.ResumeFromAsync runId)

    /// Goes on with every interrupted run of the workflow's name, so many at once, until none has
    /// work to do; what became of each by its id, or why none could be.
    let resumeAll (atOnce: int) (workflow: Workflow<'S>) =
        Outcome.ofTask (fun () -> task {
            let! outcomes = workflow.ResumeAllAsync atOnce

            return Outcome.ofAll outcomes
        })

    /// Checks the wiring; a `configuration` error has every problem. Of the cases of a union it
    /// tells those that have no work and are no exits, unless every state declares what follows:
    /// a run is not refused for them, but fails when it comes to one.
    let validate (workflow: Workflow<'S>) : Result<unit, CanoError> =
        Outcome.ofCall (fun () -> workflow.Validate())

    /// As `validate`, for runs that begin in a state.
    let validateFrom (initial: 'S) (workflow: Workflow<'S>) : Result<unit, CanoError> =
        Outcome.ofCall (fun () -> workflow.ValidateInitialState initial)

    /// Journals runs in a directory, which is made if missing.
    let withCheckpoints directory (workflow: Workflow<'S>) = workflow.WithCheckpoints directory

    /// Journals runs in a store of one's own.
    let withCheckpointStore store (workflow: Workflow<'S>) = workflow.WithCheckpointStore store

    /// Names it; `resumeAll` finds its runs by the name.
    let withName name (workflow: Workflow<'S>) = workflow.WithName name

    /// Its version; a run of another version is not resumed.
    let withVersion version (workflow: Workflow<'S>) = workflow.WithWorkflowVersion version

    /// What its tasks share.
    let withResources resources (workflow: Workflow<'S>) = workflow.WithResources resources

    /// The longest a run may take, not negative.
    let withTotalTimeout limit (workflow: Workflow<'S>) = workflow.WithTotalTimeout limit

    /// The longest a rollback may take, not negative.
    let withCompensationTimeout limit (workflow: Workflow<'S>) =
        workflow.WithCompensationTimeout limit

    /// How long work that was told to stop is awaited, not negative.
    let withStopGrace grace (workflow: Workflow<'S>) = workflow.WithStopGrace grace

    /// Tells an observer what happens.
    let withObserver observer (workflow: Workflow<'S>) = workflow.WithObserver observer

    /// The clock for all that waits.
    let withTimeProvider time (workflow: Workflow<'S>) = workflow.WithTimeProvider time

    /// Where is reported what no caller hears of.
    let withLogger logger (workflow: Workflow<'S>) = workflow.WithLogger logger

    /// What becomes of the rows of runs that have ended.
    let withRetention retention (workflow: Workflow<'S>) = workflow.WithRetention retention

    /// Declares the type of what runs are given.
    let accepts<'T, 'S when 'S: not null> (workflow: Workflow<'S>) = workflow.Accepts<'T>()

    /// Declares the type of what runs give, at every exit.
    let returns<'T, 'S when 'S: not null> (workflow: Workflow<'S>) = workflow.Returns<'T>()

    /// The states that have work.
    let states (workflow: Workflow<'S>) : 'S list = List.ofSeq workflow.RegisteredStates

    /// The workflow as data.
    let definition (workflow: Workflow<'S>) : Definition = workflow.Definition

    /// A Mermaid state diagram.
    let toMermaid (workflow: Workflow<'S>) : string = workflow.ToMermaid()

    /// A Graphviz digraph.
    let toDot (workflow: Workflow<'S>) : string = workflow.ToDot()
