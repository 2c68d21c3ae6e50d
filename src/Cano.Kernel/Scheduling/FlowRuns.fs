namespace Cano.Kernel

open System
open Cano

/// Starts, ends and skips of a flow's runs. Every function gives the flow afterwards and what is to
/// be done.
[<RequireQualifiedAccess>]
module internal FlowRuns =

    /// Does one thing after another.
    let andThen next (flow: FlowState, effects: FlowEffect list) =
        let flow, more = next flow
        flow, effects @ more

    let quiet flow : FlowState * FlowEffect list = flow, []

    let refuse reason flow : FlowState * FlowEffect list = flow, [ FlowEffect.Refuse reason ]

    let start (occurrence: DateTimeOffset) now (flow: FlowState) =
        {
            flow with
                Status = FlowStatus.Running
                RunCount = flow.RunCount + 1L
                LastRun = Nullable now
                Eligible = Nullable()
                Missed = Nullable()
                Watermark = Nullable occurrence
        },
        [ FlowEffect.Start occurrence ]

    let skip (occurrence: DateTimeOffset) reason (flow: FlowState) =
        {
            flow with
                SkipCount = flow.SkipCount + 1L
                Watermark = Nullable occurrence
        },
        [ FlowEffect.Skip(occurrence, reason) ]

    let private failed plan now chance (error: CanoError) (flow: FlowState) =
        let flow = {
            flow with
                Streak = flow.Streak + 1
                LastError = error
                Missed = Nullable()
        }

        if Backoff.trips plan.Backoff flow.Streak then
            FlowTimer.rest {
                flow with
                    Status = FlowStatus.Tripped
            }
        else
            let delay = Backoff.delay plan.Backoff flow.Streak chance
            let eligible = FlowTimer.add delay now

            let flow = {
                flow with
                    Status = FlowStatus.Backoff
                    Eligible = Nullable eligible
            }

            match plan.Schedule with
            | FlowSchedule.Every interval -> FlowTimer.after (max interval delay) now flow
            | FlowSchedule.Calendar(cron, zone, _) when
                flow.Due.HasValue && flow.Due.Value < eligible
                ->
                // The first one that is not before the end of the back-off.
                FlowTimer.onward cron zone (eligible - TimeSpan.FromTicks 1L) now flow
            | FlowSchedule.Calendar _
            | FlowSchedule.Manual -> quiet flow

    /// After a run that did not fail.
    let private onward plan now (flow: FlowState) =
        match plan.Schedule with
        | FlowSchedule.Every interval -> FlowTimer.after interval now flow
        | FlowSchedule.Calendar _
        | FlowSchedule.Manual when flow.Missed.HasValue -> start flow.Missed.Value now flow
        | FlowSchedule.Calendar _
        | FlowSchedule.Manual -> quiet flow

    let ended plan (error: CanoError | null) now chance (flow: FlowState) =
        let wasAsked = flow.IsCancelling

        let flow = {
            flow with
                IsCancelling = false
                LastEnd = Nullable now
        }

        match error with
        | null ->
            onward plan now {
                flow with
                    Status = FlowStatus.Completed
                    Streak = 0
                    LastError = null
            }
        | error when wasAsked && error.Fault.IsCancelled ->
            onward plan now { flow with Status = FlowStatus.Idle }
        | error -> failed plan now chance error flow

    let passedOver plan now (flow: FlowState) =
        {
            flow with
                Status = FlowStatus.Idle
                RunCount = flow.RunCount - 1L
                IsCancelling = false
                LastEnd = Nullable now
        }
        |> skip flow.Watermark.Value SkipReason.Done
        |> andThen (onward plan now)
