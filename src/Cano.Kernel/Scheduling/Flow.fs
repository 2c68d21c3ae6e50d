namespace Cano.Kernel

open System
open Cano

/// What a scheduled flow does next. At most one run of a flow is under way; an occurrence is
/// started at most once.
[<RequireQualifiedAccess>]
module Flow =

    /// An occurrence that is started later than this is missed.
    let private lateMax = TimeSpan.FromMinutes 1.0

    let private notRunning = "Scheduler not running"

    /// An occurrence is due, and none after it has come yet.
    let private meet (occurrence: DateTimeOffset) missed now (flow: FlowState) =
        if flow.Status = FlowStatus.Running then
            flow
            |> FlowRuns.skip occurrence SkipReason.Overlap
            |> FlowRuns.andThen (fun flow ->
                if missed = MissedPolicy.RunOnce then
                    FlowRuns.quiet {
                        flow with
                            Missed = Nullable occurrence
                    }
                else
                    FlowRuns.quiet flow)
        elif missed = MissedPolicy.Skip && now - occurrence > lateMax then
            FlowRuns.skip occurrence SkipReason.Missed flow
        else
            FlowRuns.start occurrence now flow

    let private rang plan now (flow: FlowState) =
        let due = flow.Due.Value

        match plan.Schedule with
        | FlowSchedule.Calendar _ when now < due -> FlowTimer.until due now flow
        | FlowSchedule.Calendar(cron, zone, missed) ->
            let before = due - TimeSpan.FromTicks 1L

            let before =
                if flow.Watermark.HasValue then
                    max before flow.Watermark.Value
                else
                    before

            match Calendar.latest cron zone before now with
            | found when found.HasValue ->
                let passed =
                    if found.Value > due && due > before then
                        FlowRuns.skip due SkipReason.Missed flow
                    else
                        FlowRuns.quiet flow

                passed
                |> FlowRuns.andThen (meet found.Value missed now)
                |> FlowRuns.andThen (FlowTimer.onward cron zone now now)
            | _ -> FlowTimer.onward cron zone now now flow
        | FlowSchedule.Every _
        | FlowSchedule.Manual when flow.Status = FlowStatus.Running -> FlowTimer.rest flow
        | FlowSchedule.Every _
        | FlowSchedule.Manual ->
            FlowTimer.rest flow
            |> FlowRuns.andThen (FlowRuns.start (FlowTimer.fresh now flow) now)

    let private started
        plan
        now
        watermark
        (interrupted: Nullable<DateTimeOffset>)
        (flow: FlowState)
        =
        let flow = { flow with Watermark = watermark }

        let goOn flow =
            if interrupted.HasValue then
                FlowRuns.start interrupted.Value now flow
            else
                FlowRuns.quiet flow

        match plan.Schedule with
        | FlowSchedule.Manual -> goOn flow
        | FlowSchedule.Every _ when interrupted.HasValue -> goOn flow
        | FlowSchedule.Every _ -> FlowRuns.start (FlowTimer.fresh now flow) now flow
        | FlowSchedule.Calendar(cron, zone, missed) ->
            let passed =
                if missed = MissedPolicy.RunOnce && watermark.HasValue then
                    Calendar.latest cron zone watermark.Value now
                else
                    Nullable()

            goOn flow
            |> FlowRuns.andThen (fun flow ->
                if passed.HasValue && passed.Value > flow.Watermark.Value then
                    meet passed.Value missed now flow
                else
                    FlowRuns.quiet flow)
            |> FlowRuns.andThen (FlowTimer.onward cron zone now now)

    let private triggered plan now (flow: FlowState) =
        match flow.Status with
        | FlowStatus.Running -> FlowRuns.refuse $"Flow '{plan.Id}' is already running" flow
        | FlowStatus.Tripped ->
            FlowRuns.refuse
                $"Flow '{plan.Id}' tripped after {flow.Streak} failures — call ResetFlowAsync"
                flow
        | status ->
            let running = FlowRuns.start (FlowTimer.fresh now flow) now flow

            match plan.Schedule with
            | FlowSchedule.Every _ -> running |> FlowRuns.andThen FlowTimer.rest
            // The timer had been put behind the back-off.
            | FlowSchedule.Calendar(cron, zone, _) when status = FlowStatus.Backoff ->
                running |> FlowRuns.andThen (FlowTimer.onward cron zone now now)
            | FlowSchedule.Calendar _
            | FlowSchedule.Manual -> running

    let private reset plan now (flow: FlowState) =
        let status = flow.Status
        let flow = { flow with Streak = 0 }

        let idle = {
            flow with
                Status = FlowStatus.Idle
                Eligible = Nullable()
                LastError = null
        }

        match plan.Schedule with
        | _ when status = FlowStatus.Running -> FlowRuns.quiet flow
        | FlowSchedule.Every interval when status >= FlowStatus.Backoff ->
            FlowTimer.tick interval now idle
        | FlowSchedule.Calendar(cron, zone, _) when status >= FlowStatus.Backoff ->
            FlowTimer.onward cron zone now now idle
        | FlowSchedule.Every _
        | FlowSchedule.Calendar _
        | FlowSchedule.Manual -> FlowRuns.quiet idle

    /// The end of a run while the scheduler stops: its status tells how it ended, and nothing
    /// follows.
    let private ceased ended (flow: FlowState) =
        let flow, _ = ended { flow with Missed = Nullable() }
        let flow, _ = FlowTimer.rest flow
        flow, [ FlowEffect.End ]

    let private closed plan event (flow: FlowState) =
        match event with
        | FlowEvent.RunEnded(error, now, chance) when flow.Status = FlowStatus.Running ->
            ceased (FlowRuns.ended plan error now chance) flow
        | FlowEvent.RunPassedOver now when flow.Status = FlowStatus.Running ->
            ceased (FlowRuns.passedOver plan now) flow
        | FlowEvent.TriggerAsked _
        | FlowEvent.ResetAsked _
        | FlowEvent.CancelAsked -> FlowRuns.refuse notRunning flow
        | FlowEvent.RunEnded _
        | FlowEvent.RunPassedOver _
        | FlowEvent.Started _
        | FlowEvent.Rang _
        | FlowEvent.StopAsked -> FlowRuns.quiet flow

    let private cancel (flow: FlowState) =
        if flow.Status = FlowStatus.Running && not flow.IsCancelling then
            { flow with IsCancelling = true }, [ FlowEffect.Cancel ]
        else
            FlowRuns.quiet flow

    let private stop (flow: FlowState) =
        let isRunning = flow.Status = FlowStatus.Running

        FlowTimer.rest { flow with IsClosed = true }
        |> FlowRuns.andThen cancel
        |> FlowRuns.andThen (fun flow -> flow, (if isRunning then [] else [ FlowEffect.End ]))

    let private decide plan event (flow: FlowState) =
        match event with
        | _ when flow.IsClosed -> closed plan event flow
        | FlowEvent.Started(now, watermark, interrupted) ->
            started plan now watermark interrupted flow
        | FlowEvent.Rang(timer, now) when timer = flow.Timer && flow.Due.HasValue ->
            rang plan now flow
        | FlowEvent.TriggerAsked now -> triggered plan now flow
        | FlowEvent.ResetAsked now -> reset plan now flow
        | FlowEvent.CancelAsked -> cancel flow
        | FlowEvent.StopAsked -> stop flow
        | FlowEvent.RunEnded(error, now, chance) when flow.Status = FlowStatus.Running ->
            FlowRuns.ended plan error now chance flow
        | FlowEvent.RunPassedOver now when flow.Status = FlowStatus.Running ->
            FlowRuns.passedOver plan now flow
        | FlowEvent.Rang _
        | FlowEvent.RunEnded _
        | FlowEvent.RunPassedOver _ -> FlowRuns.quiet flow

    /// What follows an event. Total: an event that makes no sense here changes nothing.
    [<CompiledName "Step">]
    let step (plan: FlowPlan) (flow: FlowState) (event: FlowEvent) : FlowTransition =
        let flow, effects = decide plan event flow

        {
            Flow = flow
            Effects = Array.ofList effects
        }
