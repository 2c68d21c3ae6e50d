namespace Cano.FSharp

open System
open System.Collections.Generic
open System.Threading.Tasks
open Cano

/// An engine: the workflows of an application, the journal of their runs, and the runs under way.
[<RequireQualifiedAccess>]
module Engine =

    /// Runs that live as long as the process.
    let inMemory () : CanoEngine = CanoEngine.InMemory()

    /// As `inMemory`, with options.
    let inMemoryWith (options: CanoEngineOptions) : CanoEngine = CanoEngine.InMemory options

    /// Opens the journal in a directory.
    let openAt (directory: string) : Task<Result<CanoEngine, CanoError>> =
        Outcome.ofTask (fun () -> CanoEngine.OpenAsync directory)

    /// As `openAt`, with options.
    let openWith (options: CanoEngineOptions) (directory: string) =
        Outcome.ofTask (fun () -> CanoEngine.OpenAsync(directory, options))

    /// Opens a store of one's own; the engine disposes of it, unless it says that it is shared.
    let openStore (options: CanoEngineOptions) (store: ICheckpointStore) =
        Outcome.ofTask (fun () -> CanoEngine.OpenAsync(store, options))

    /// Adds a workflow, and with it those of its children. Throws a `configuration` error for what
    /// is wrong with it.
    let add (workflow: Workflow<'S>) (engine: CanoEngine) : CanoEngine = engine.Add workflow

    /// Begins what was asked for; returns when it is durable.
    let startAs (start: Start<'S>) (engine: CanoEngine) : Task<Result<WorkflowRun<'S>, CanoError>> =
        Outcome.ofTask (fun () ->
            start.Beginning.Start(
                engine,
                start.Workflow,
                start.Initial,
                start.RunId,
                start.Options
            ))

    /// Begins a run of a workflow from a state, under an id; returns when it is durable.
    let start (workflow: Workflow<'S>) (initial: 'S) (runId: string) (engine: CanoEngine) =
        startAs (Start.at workflow initial runId) engine

    /// As `start`, with an input.
    let startWith input (workflow: Workflow<'S>) initial runId (engine: CanoEngine) =
        startAs (Start.at workflow initial runId |> Start.input input) engine

    /// As `startAs`, but a run of that id is given rather than refused.
    let getOrStart (start: Start<'S>) (engine: CanoEngine) =
        Outcome.ofTask (fun () ->
            start.Beginning.GetOrStart(
                engine,
                start.Workflow,
                start.Initial,
                start.RunId,
                start.Options
            ))

    /// The run of that id gets the signal, begun with it if there is none, in one step.
    let signalOrStart (signal: Signal<'P>) (payload: 'P) (start: Start<'S>) (engine: CanoEngine) =
        Outcome.ofTask (fun () ->
            let wanted = start.Workflow, start.Initial, start.RunId, start.Options
            start.Beginning.SignalOrStart(engine, wanted, signal, payload))

    /// A handle; asks nothing until it is used.
    let run (workflow: Workflow<'S>) (runId: string) (engine: CanoEngine) : WorkflowRun<'S> =
        engine.Run(workflow, runId)

    /// What is known of a run, if there is one.
    let find (runId: string) (engine: CanoEngine) : Task<Result<RunInfo option, CanoError>> =
        Outcome.ofTask (fun () -> task {
            let! found = engine.FindAsync runId
            return Option.ofObj found
        })

    /// The runs that a query finds, newest start first.
    let list (query: RunQuery) (engine: CanoEngine) : Task<Result<RunInfo list, CanoError>> =
        Outcome.ofTask (fun () -> Stream.toList (engine.ListAsync query))

    /// How many runs there are of each status.
    let count (query: RunQuery) (engine: CanoEngine) =
        Outcome.ofTask (fun () -> task {
            let! counts = engine.CountAsync query
            return Map.ofSeq (counts |> Seq.map (|KeyValue|))
        })

    /// The rows of a run since its newest snapshot.
    let history (runId: string) (engine: CanoEngine) : Task<Result<CheckpointRow list, CanoError>> =
        Outcome.ofTask (fun () -> task {
            let! rows = engine.HistoryAsync runId
            return List.ofSeq rows
        })

    /// The states that a run came to, each with what it carried, by the sequence of its row, the
    /// oldest first; since its newest snapshot. It asks for no workflow, but for the type of its
    /// states: `Engine.states<Order> "order-42"`.
    let states<'S when 'S: not null>
        (runId: string)
        (engine: CanoEngine)
        : Task<Result<(int64 * 'S) list, CanoError>> =
        Outcome.ofTask (fun () -> task {
            let! states = engine.StatesAsync<'S> runId
            return [ for state in states -> state.Key, state.Value ]
        })

    let private dataOf (load: unit -> Task<IReadOnlyDictionary<string, string>>) =
        Outcome.ofTask (fun () -> task {
            let! data = load ()
            return Map.ofSeq (data |> Seq.map (|KeyValue|))
        })

    /// The durable data of a run, as JSON by key.
    let data (runId: string) (engine: CanoEngine) : Task<Result<Map<string, string>, CanoError>> =
        dataOf (fun () -> engine.DataAsync runId)

    /// As `data`, as it stood at a row.
    let dataAt (sequence: int64) (runId: string) (engine: CanoEngine) =
        dataOf (fun () -> engine.DataAsync(runId, Nullable sequence))

    /// Sends a signal; returns when it is durable.
    let signal (signal: Signal<'P>) (payload: 'P) (runId: string) (engine: CanoEngine) =
        Outcome.ofUnit (fun () -> engine.SignalAsync(runId, signal, payload))

    /// Sends a signal that carries nothing.
    let signalBare (signal: Signal) (runId: string) (engine: CanoEngine) =
        Outcome.ofUnit (fun () -> engine.SignalAsync(runId, signal))

    /// Asks for the end of a run: durable when it returns. What it completed is undone.
    let cancel (reason: string) (runId: string) (engine: CanoEngine) =
        Outcome.ofUnit (fun () -> engine.CancelAsync(runId, reason))

    /// Goes on with a run that failed, is quarantined, or is half undone.
    let retry (runId: string) (engine: CanoEngine) =
        Outcome.ofUnit (fun () -> engine.RetryAsync runId)

    /// Forgets a run that has ended, or cannot be read.
    let forget (runId: string) (engine: CanoEngine) =
        Outcome.ofUnit (fun () -> engine.ForgetAsync runId)

    /// Takes up every interrupted run, so many at once: the ends, when none has work to do.
    let resume (atOnce: int) (engine: CanoEngine) : Task<Result<RunEnd list, CanoError>> =
        Outcome.ofTask (fun () -> Stream.toList (engine.ResumeAsync atOnce))

    /// As `resume`; works while it is enumerated, and gives each end as it comes.
    let resuming (atOnce: int) (engine: CanoEngine) : IAsyncEnumerable<RunEnd> =
        engine.ResumeAsync atOnce

    /// Stops working, and undoes nothing.
    let suspend (engine: CanoEngine) : Task<Result<StopResult, CanoError>> =
        Outcome.ofTask (fun () -> engine.SuspendAsync())

    /// Lets go of the journal, as `use` does at its end. In F# Interactive, where a task's `use`
    /// takes no engine, this is the way.
    let close (engine: CanoEngine) : Task<unit> = task { do! engine.DisposeAsync() }

    /// Runs a schedule; its runs are the engine's.
    let schedule (schedule: Scheduler -> Scheduler) (engine: CanoEngine) =
        Outcome.ofTask (fun () -> engine.ScheduleAsync(Func<Scheduler, Scheduler> schedule))
