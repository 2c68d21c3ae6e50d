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

    let private launch isAsked (occurrence: DateTimeOffset) now (flow: FlowState) =
        {
            flow with
                Status = FlowStatus.Running
                RunCount = flow.RunCount + 1L
                LastRun = Nullable now
                Eligible = Nullable()
                Missed = Nullable()
                Watermark = FlowTimer.newest flow.Watermark (Nullable occurrence)
        },
        [ FlowEffect.Start(occurrence, isAsked) ]

    /// The schedule starts a run.
    let start occurrence now flow = launch false occurrence now flow

    /// Somebody starts a run.
    let startAsked occurrence now flow = launch true occurrence now flow

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
            | FlowSchedule.Every interval ->
                FlowTimer.after (max (FlowTimer.pause interval now flow) delay) now flow
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
        | FlowSchedule.Every interval ->
            FlowTimer.after (FlowTimer.pause interval now flow) now flow
        | FlowSchedule.Calendar _
        | FlowSchedule.Manual ->
            if flow.Missed.HasValue && not (flow.IsPaused || flow.IsHeld) then
                start flow.Missed.Value now flow
            else
                quiet flow

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

    /// Whether the run that was not there stood for an occurrence. Who shares an interval with
    /// others looks again after a while, and may find that nothing is due.
    let private wasOne plan (flow: FlowState) =
        match plan.Schedule with
        | FlowSchedule.Every _ -> not flow.Next.HasValue || flow.Next.Value = flow.Watermark.Value
        | FlowSchedule.Calendar _
        | FlowSchedule.Manual -> true

    let passedOver plan now (flow: FlowState) =
        let flow = {
            flow with
                Status = FlowStatus.Idle
                RunCount = flow.RunCount - 1L
                IsCancelling = false
                LastEnd = Nullable now
        }

        (if wasOne plan flow then
             skip flow.Watermark.Value SkipReason.Done flow
         else
             quiet flow)
        |> andThen (onward plan now)

    /// The run under way rests, and whoever works on it next goes on with it.
    let suspended plan now (flow: FlowState) =
        let flow = {
            flow with
                Status = FlowStatus.Idle
                IsCancelling = false
                LastEnd = Nullable now
        }

        match plan.Schedule with
        | FlowSchedule.Every interval -> FlowTimer.after interval now flow
        | FlowSchedule.Calendar _
        | FlowSchedule.Manual -> quiet flow
