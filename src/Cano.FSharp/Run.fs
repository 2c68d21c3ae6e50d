namespace Cano.FSharp

open System.Threading.Tasks
open Cano

/// A run of an engine.
[<RequireQualifiedAccess>]
module Run =

    /// Waits for the end: the exit, or why it came to none.
    let completion (run: WorkflowRun<'S>) : Task<Result<'S, CanoError>> =
        Outcome.ofTask (fun () -> run.Completion())

    /// Waits for the end, then gives the run's output.
    let output<'T, 'S when 'S: not null> (run: WorkflowRun<'S>) : Task<Result<'T, CanoError>> =
        Outcome.ofTask (fun () -> run.OutputAsync<'T>())

    /// What is known of it.
    let describe (run: WorkflowRun<'S>) : Task<Result<RunInfo, CanoError>> =
        Outcome.ofTask (fun () -> run.DescribeAsync())

    /// Sends it a signal; returns when it is durable.
    let signal (signal: Signal<'P>) (payload: 'P) (run: WorkflowRun<'S>) =
        Outcome.ofUnit (fun () -> run.SignalAsync(signal, payload))

    /// Sends it a signal that carries nothing.
    let signalBare (signal: Signal) (run: WorkflowRun<'S>) =
        Outcome.ofUnit (fun () -> run.SignalAsync signal)

    /// Asks for its end: durable when it returns.
    let cancel (reason: string) (run: WorkflowRun<'S>) =
        Outcome.ofUnit (fun () -> run.CancelAsync reason)
