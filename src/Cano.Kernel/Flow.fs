namespace Cano.Kernel

open System
open Cano

/// What a scheduled flow does next. At most one run of a flow is under way; an occurrence is started at most once.
[<RequireQualifiedAccess>]
module Flow =

    /// An occurrence that is started later than this is missed.
    let private lateMax = TimeSpan.FromMinutes 1.0

    let private notRunning = "Scheduler not running"

    /// Does one thing after another.
    let private andThen next (flow: FlowState, effects: FlowEffect list) =
        let flow, more = next flow
        flow, effects @ more

    let private quiet flow : FlowState * FlowEffect list = flow, []

    let private refuse reason flow : FlowState * FlowEffect list =
        flow, [ FlowEffect.Refuse reason ]

    let private start (occurrence: DateTimeOffset) now (flow: FlowState) =
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

    let private skip (occurrence: DateTimeOffset) reason (flow: FlowState) =
        {
            flow with
                SkipCount = flow.SkipCount + 1L
                Watermark = Nullable occurrence
        },
        [ FlowEffect.Skip(occurrence, reason) ]

    /// An occurrence is due, and none after it has come yet.
    let private meet (occurrence: DateTimeOffset) missed now (flow: FlowState) =
        if flow.Status = FlowStatus.Running then
            flow
            |> skip occurrence SkipReason.Overlap
            |> andThen (fun flow ->
                if missed = MissedPolicy.RunOnce then
                    quiet {
                        flow with
                            Missed = Nullable occurrence
                    }
                else
                    quiet flow)
        elif missed = MissedPolicy.Skip && now - occurrence > lateMax then
            skip occurrence SkipReason.Missed flow
        else
            start occurrence now flow

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
                        skip due SkipReason.Missed flow
                    else
                        quiet flow

                passed
                |> andThen (meet found.Value missed now)
                |> andThen (FlowTimer.onward cron zone now now)
            | _ -> FlowTimer.onward cron zone now now flow
        | _ when flow.Status = FlowStatus.Running -> FlowTimer.rest flow
        | _ -> FlowTimer.rest flow |> andThen (start (FlowTimer.fresh now flow) now)

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
                start interrupted.Value now flow
            else
                quiet flow

        match plan.Schedule with
        | FlowSchedule.Manual -> goOn flow
        | FlowSchedule.Every _ when interrupted.HasValue -> goOn flow
        | FlowSchedule.Every _ -> start (FlowTimer.fresh now flow) now flow
        | FlowSchedule.Calendar(cron, zone, missed) ->
            let passed =
                if missed = MissedPolicy.RunOnce && watermark.HasValue then
                    Calendar.latest cron zone watermark.Value now
                else
                    Nullable()

            goOn flow
            |> andThen (fun flow ->
                if passed.HasValue && passed.Value > flow.Watermark.Value then
                    meet passed.Value missed now flow
                else
                    quiet flow)
            |> andThen (FlowTimer.onward cron zone now now)

    let private triggered plan now (flow: FlowState) =
        match flow.Status with
        | FlowStatus.Running -> refuse $"Flow '{plan.Id}' is already running" flow
        | FlowStatus.Tripped ->
            refuse
                $"Flow '{plan.Id}' tripped after {flow.Streak} failures — call ResetFlowAsync"
                flow
        | status ->
            let running = start (FlowTimer.fresh now flow) now flow

            match plan.Schedule with
            | FlowSchedule.Every _ -> running |> andThen FlowTimer.rest
            // The timer had been put behind the back-off.
            | FlowSchedule.Calendar(cron, zone, _) when status = FlowStatus.Backoff ->
                running |> andThen (FlowTimer.onward cron zone now now)
            | _ -> running

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
        | _ when status = FlowStatus.Running -> quiet flow
        | FlowSchedule.Every interval when status >= FlowStatus.Backoff ->
            FlowTimer.tick interval now idle
        | FlowSchedule.Calendar(cron, zone, _) when status >= FlowStatus.Backoff ->
            FlowTimer.onward cron zone now now idle
        | _ -> quiet idle

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
            | _ -> quiet flow

    /// After a run that did not fail.
    let private onward plan now (flow: FlowState) =
        match plan.Schedule with
        | FlowSchedule.Every interval -> FlowTimer.after interval now flow
        | _ when flow.Missed.HasValue -> start flow.Missed.Value now flow
        | _ -> quiet flow

    let private ended plan (error: CanoError | null) now chance (flow: FlowState) =
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

    let private passedOver plan now (flow: FlowState) =
        {
            flow with
                Status = FlowStatus.Idle
                RunCount = flow.RunCount - 1L
                IsCancelling = false
                LastEnd = Nullable now
        }
        |> skip flow.Watermark.Value SkipReason.Done
        |> andThen (onward plan now)

    /// The end of a run while the scheduler stops: its status tells how it ended, and nothing follows.
    let private ceased plan event (flow: FlowState) =
        let flow, _ =
            match event with
            | FlowEvent.RunEnded(error, now, chance) ->
                ended plan error now chance { flow with Missed = Nullable() }
            | FlowEvent.RunPassedOver now -> passedOver plan now { flow with Missed = Nullable() }
            | _ -> quiet flow

        let flow, _ = FlowTimer.rest flow
        flow, [ FlowEffect.End ]

    let private closed plan event (flow: FlowState) =
        match event with
        | FlowEvent.RunEnded _
        | FlowEvent.RunPassedOver _ when flow.Status = FlowStatus.Running -> ceased plan event flow
        | FlowEvent.TriggerAsked _
        | FlowEvent.ResetAsked _
        | FlowEvent.CancelAsked -> refuse notRunning flow
        | _ -> quiet flow

    let private cancel (flow: FlowState) =
        if flow.Status = FlowStatus.Running && not flow.IsCancelling then
            { flow with IsCancelling = true }, [ FlowEffect.Cancel ]
        else
            quiet flow

    let private stop (flow: FlowState) =
        let isRunning = flow.Status = FlowStatus.Running

        FlowTimer.rest { flow with IsClosed = true }
        |> andThen cancel
        |> andThen (fun flow -> flow, (if isRunning then [] else [ FlowEffect.End ]))

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
            ended plan error now chance flow
        | FlowEvent.RunPassedOver now when flow.Status = FlowStatus.Running ->
            passedOver plan now flow
        | _ -> quiet flow

    /// What follows an event. Total: an event that makes no sense here changes nothing.
    [<CompiledName "Step">]
    let step (plan: FlowPlan) (flow: FlowState) (event: FlowEvent) : FlowTransition =
        let flow, effects = decide plan event flow

        {
            Flow = flow
            Effects = Array.ofList effects
        }
