namespace Cano.FSharp

open System
open System.Threading.Tasks
open Cano

/// When workflows are run: flows, each with an id.
[<RequireQualifiedAccess>]
module Schedule =

    /// No flow yet.
    let empty: Scheduler = Scheduler()

    /// As `empty`, with a clock of one's own.
    let on (time: TimeProvider) : Scheduler = Scheduler time

    /// Runs at the end of each interval, which is above zero.
    let every (id: string) (interval: TimeSpan) (workflow: Workflow<'S>) initial (to': Scheduler) =
        to'.Every(id, workflow, initial, interval)

    /// As `every`; the input is asked for at each occurrence.
    let everyWith input id interval (workflow: Workflow<'S>) initial (to': Scheduler) =
        to'.Every(id, workflow, initial, interval, Func<DateTimeOffset, 'Input> input)

    /// Runs as a cron expression says, in UTC.
    let cron (id: string) (text: string) (workflow: Workflow<'S>) initial (to': Scheduler) =
        to'.Cron(id, workflow, initial, text)

    /// As `cron`, in a time zone.
    let cronIn (zone: TimeZoneInfo) id text (workflow: Workflow<'S>) initial (to': Scheduler) =
        to'.Cron(id, workflow, initial, text, zone)

    /// As `cronIn`; the input is asked for at each occurrence.
    let cronWith
        input
        (zone: TimeZoneInfo)
        (id, text)
        (workflow: Workflow<'S>)
        initial
        (to': Scheduler)
        =
        to'.Cron(id, workflow, initial, text, Func<DateTimeOffset, 'Input> input, zone)

    /// Runs when it is triggered.
    let manual (id: string) (workflow: Workflow<'S>) initial (to': Scheduler) =
        to'.Manual(id, workflow, initial)

    /// How a flow that fails is held back.
    let backoff (id: string) (policy: BackoffPolicy) (to': Scheduler) = to'.SetBackoff(id, policy)

    /// When a flow is going to run.
    let preview (id: string) (count: int) (from: DateTimeOffset) (schedule: Scheduler) =
        schedule.Preview(id, count, Nullable from)

    /// Starts it, with everything checked.
    let start (schedule: Scheduler) : Task<Result<RunningScheduler, CanoError>> =
        Outcome.ofTask (fun () -> schedule.StartAsync())

    /// Runs a flow now; returns when the run has started.
    let trigger (id: string) (running: RunningScheduler) =
        Outcome.ofUnit (fun () -> running.TriggerAsync id)

    /// Pauses a flow.
    let pause (id: string) (running: RunningScheduler) =
        Outcome.ofUnit (fun () -> running.PauseFlowAsync id)

    /// Goes on with a paused flow.
    let continue' (id: string) (running: RunningScheduler) =
        Outcome.ofUnit (fun () -> running.ContinueFlowAsync id)

    /// What is known of its flows.
    let flows (running: RunningScheduler) : FlowInfo list = List.ofSeq (running.List())

    /// Stops: runs under way are suspended, and named if they outlast the deadline.
    let stop (running: RunningScheduler) : Task<Result<StopResult, CanoError>> =
        Outcome.ofTask (fun () -> running.StopAsync())
