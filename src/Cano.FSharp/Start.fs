namespace Cano.FSharp

open System
open System.Collections.Generic
open System.Threading.Tasks
open Cano

/// How a run is begun with an input, or without: the engine has a method for each.
[<AbstractClass; NoEquality; NoComparison>]
type internal Beginning<'S when 'S: not null>() =

    abstract Start: CanoEngine * Workflow<'S> * 'S * string * StartOptions -> Task<WorkflowRun<'S>>

    abstract GetOrStart:
        CanoEngine * Workflow<'S> * 'S * string * StartOptions -> Task<WorkflowRun<'S>>

    abstract SignalOrStart:
        CanoEngine * (Workflow<'S> * 'S * string * StartOptions) * Signal<'P> * 'P ->
            Task<WorkflowRun<'S>>

/// Without an input.
[<Sealed; NoEquality; NoComparison>]
type internal BareBeginning<'S when 'S: not null>() =
    inherit Beginning<'S>()

    override _.Start(engine, workflow, initial, id, options) =
        engine.StartAsync(workflow, initial, id, options = options)

    override _.GetOrStart(engine, workflow, initial, id, options) =
        engine.GetOrStartAsync(workflow, initial, id, options = options)

    override _.SignalOrStart(engine, (workflow, initial, id, options), signal, payload) =
        engine.SignalOrStartAsync(workflow, initial, id, signal, payload, null, options)

/// With one.
[<Sealed; NoEquality; NoComparison>]
type internal InputBeginning<'S, 'Input when 'S: not null>(input: 'Input) =
    inherit Beginning<'S>()

    override _.Start(engine, workflow, initial, id, options) =
        engine.StartAsync(workflow, initial, id, input, options)

    override _.GetOrStart(engine, workflow, initial, id, options) =
        engine.GetOrStartAsync(workflow, initial, id, input, options)

    override _.SignalOrStart(engine, (workflow, initial, id, options), signal, payload) =
        engine.SignalOrStartAsync(workflow, initial, id, input, signal, payload, null, options)

/// A run that an engine is asked to begin.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type Start<'S when 'S: not null> = internal {
    Workflow: Workflow<'S>
    Initial: 'S
    RunId: string
    Beginning: Beginning<'S>
    Tags: (string * string) list
    NotBefore: DateTimeOffset option
} with

    member internal start.Options =
        StartOptions(Tags = readOnlyDict start.Tags, NotBefore = Option.toNullable start.NotBefore)

/// Runs to begin: `Start.at order Reserve "order-42" |> Start.input cart`.
[<RequireQualifiedAccess>]
module Start =

    /// A run of a workflow from a state, under an id.
    let at (workflow: Workflow<'S>) (initial: 'S) (runId: string) : Start<'S> = {
        Workflow = workflow
        Initial = initial
        RunId = runId
        Beginning = BareBeginning()
        Tags = []
        NotBefore = None
    }

    /// What the run is given.
    let input (value: 'Input) (start: Start<'S>) : Start<'S> = {
        start with
            Beginning = InputBeginning<'S, 'Input> value
    }

    /// A tag, which lists tell and can be asked for.
    let tag (name: string) (value: string) (start: Start<'S>) : Start<'S> = {
        start with
            Tags = start.Tags @ [ name, value ]
    }

    /// Begins no earlier than at this instant.
    let notBefore (instant: DateTimeOffset) (start: Start<'S>) : Start<'S> = {
        start with
            NotBefore = Some instant
    }
