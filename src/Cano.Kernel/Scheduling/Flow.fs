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

    let private isHeld = "The engine is suspended: resume its runs, and ask again"

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
        | FlowSchedule.Manual ->
            if flow.Status = FlowStatus.Running then
                FlowTimer.rest flow
            else
                FlowTimer.rest flow
                |> FlowRuns.andThen (FlowRuns.start (FlowTimer.next now flow) now)

    /// The schedule of a flow that nothing is due of yet: as after a time in which nobody could
    /// start anything.
    let private afresh plan now (flow: FlowState) =
        match plan.Schedule with
        | FlowSchedule.Manual -> FlowRuns.quiet flow
        | FlowSchedule.Every _ when flow.Status = FlowStatus.Running -> FlowRuns.quiet flow
        | FlowSchedule.Every interval when FlowTimer.isAgreed flow && flow.Next.Value > now ->
            FlowTimer.after (FlowTimer.pause interval now flow) now flow
        | FlowSchedule.Every _ -> FlowRuns.start (FlowTimer.next now flow) now flow
        | FlowSchedule.Calendar(cron, zone, missed) ->
            let passed =
                if missed = MissedPolicy.RunOnce && flow.Watermark.HasValue then
                    Calendar.latest cron zone flow.Watermark.Value now
                else
                    Nullable()

            (if passed.HasValue then
                 meet passed.Value missed now flow
             else
                 FlowRuns.quiet flow)
            |> FlowRuns.andThen (FlowTimer.onward cron zone now now)

    /// The schedule of a flow goes on, after its back-off if there is one.
    let private goesOn plan now (flow: FlowState) =
        let eligible = flow.Eligible.GetValueOrDefault now

        if flow.IsPaused || flow.Status = FlowStatus.Tripped then
            FlowRuns.quiet flow
        elif flow.Status = FlowStatus.Backoff && eligible > now then
            match plan.Schedule with
            | FlowSchedule.Manual -> FlowRuns.quiet flow
            // A clock that was set back makes it no longer.
            | FlowSchedule.Every _ ->
                FlowTimer.after (min plan.Backoff.Max (eligible - now)) now flow
            | FlowSchedule.Calendar(cron, zone, _) ->
                FlowTimer.onward cron zone (eligible - TimeSpan.FromTicks 1L) now flow
        elif flow.Missed.HasValue && flow.Status <> FlowStatus.Running then
            FlowRuns.start flow.Missed.Value now flow |> FlowRuns.andThen (afresh plan now)
        else
            afresh plan now flow

    let private started plan now (memory: FlowMemory) (flow: FlowState) =
        let rests = flow.Status = FlowStatus.Idle || flow.Status = FlowStatus.Completed

        let flow = {
            flow with
                Watermark = FlowTimer.newest flow.Watermark memory.Over
                Next = memory.Next
                IsPaused = memory.IsPaused
                IsHeld = false
        }

        if memory.Interrupted.HasValue && rests then
            FlowRuns.start memory.Interrupted.Value now flow
            |> FlowRuns.andThen (goesOn plan now)
        else
            goesOn plan now flow

    let private pause (flow: FlowState) =
        FlowTimer.rest { flow with IsPaused = true }

    let private hold (flow: FlowState) =
        let isRunning = flow.Status = FlowStatus.Running

        FlowTimer.rest { flow with IsHeld = true }
        |> FlowRuns.andThen (fun flow -> flow, (if isRunning then [ FlowEffect.Suspend ] else []))

    let private goOn plan now (flow: FlowState) =
        let isPaused = flow.IsPaused
        let flow = { flow with IsPaused = false }

        if isPaused && not flow.IsHeld then
            goesOn plan now flow
        else
            FlowRuns.quiet flow

    let private triggered plan now (flow: FlowState) =
        match flow.Status with
        | FlowStatus.Running -> FlowRuns.refuse $"Flow '{plan.Id}' is already running" flow
        | FlowStatus.Tripped ->
            FlowRuns.refuse
                (Words.sentence
                    $"Flow '{plan.Id}' tripped after {flow.Streak} failures — call ResetFlowAsync")
                flow
        | status ->
            let running = FlowRuns.startAsked (FlowTimer.fresh now flow) now flow

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
        | FlowEvent.RunSuspended now when flow.Status = FlowStatus.Running ->
            ceased (FlowRuns.suspended plan now) flow
        | FlowEvent.TriggerAsked _
        | FlowEvent.ResetAsked _
        | FlowEvent.PauseAsked
        | FlowEvent.ContinueAsked _
        | FlowEvent.CancelAsked -> FlowRuns.refuse notRunning flow
        | FlowEvent.RunEnded _
        | FlowEvent.RunPassedOver _
        | FlowEvent.RunSuspended _
        | FlowEvent.Started _
        | FlowEvent.Agreed _
        | FlowEvent.Rang _
        | FlowEvent.HoldAsked
        | FlowEvent.StopAsked -> FlowRuns.quiet flow

    let private cancel (flow: FlowState) =
        if flow.Status = FlowStatus.Running && not flow.IsCancelling then
            { flow with IsCancelling = true }, [ FlowEffect.Cancel ]
        else
            FlowRuns.quiet flow

    /// Nothing is undone for a stop: the run under way rests.
    let private stop (flow: FlowState) =
        let isRunning = flow.Status = FlowStatus.Running

        FlowTimer.rest {
            flow with
                IsClosed = true
                IsCancelling = isRunning
        }
        |> FlowRuns.andThen (fun flow ->
            flow, [ (if isRunning then FlowEffect.Suspend else FlowEffect.End) ])

    let private decide plan event (flow: FlowState) =
        match event with
        | _ when flow.IsClosed -> closed plan event flow
        | FlowEvent.Started(now, memory) -> started plan now memory flow
        | FlowEvent.Agreed next -> FlowRuns.quiet { flow with Next = Nullable next }
        | FlowEvent.Rang(timer, now) when timer = flow.Timer && flow.Due.HasValue ->
            rang plan now flow
        | FlowEvent.TriggerAsked _ when flow.IsHeld -> FlowRuns.refuse isHeld flow
        | FlowEvent.TriggerAsked now -> triggered plan now flow
        | FlowEvent.ResetAsked now -> reset plan now flow
        | FlowEvent.CancelAsked -> cancel flow
        | FlowEvent.PauseAsked -> pause flow
        | FlowEvent.ContinueAsked now -> goOn plan now flow
        | FlowEvent.HoldAsked -> hold flow
        | FlowEvent.StopAsked -> stop flow
        | FlowEvent.RunEnded(error, now, chance) when flow.Status = FlowStatus.Running ->
            FlowRuns.ended plan error now chance flow
        | FlowEvent.RunPassedOver now when flow.Status = FlowStatus.Running ->
            FlowRuns.passedOver plan now flow
        | FlowEvent.RunSuspended now when flow.Status = FlowStatus.Running ->
            FlowRuns.suspended plan now flow
        | FlowEvent.Rang _
        | FlowEvent.RunEnded _
        | FlowEvent.RunPassedOver _
        | FlowEvent.RunSuspended _ -> FlowRuns.quiet flow

    /// When an interval is due next, of a run that ends now; null where no interval asks for runs.
    [<CompiledName "NextAfter">]
    let nextAfter (plan: FlowPlan) (now: DateTimeOffset) : Nullable<DateTimeOffset> =
        match plan.Schedule with
        | FlowSchedule.Every interval -> Nullable(FlowTimer.add interval now)
        | FlowSchedule.Calendar _
        | FlowSchedule.Manual -> Nullable()

    /// What follows an event. Total: an event that makes no sense here changes nothing.
    [<CompiledName "Step">]
    let step (plan: FlowPlan) (flow: FlowState) (event: FlowEvent) : FlowTransition =
        let flow, effects = decide plan event flow

        {
            Flow = flow
            Effects = Array.ofList effects
        }
