namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// What holds of every scheduled flow, whatever happens to it and to its clock.
type FlowLaws(output: ITestOutputHelper) =
    inherit Laws(output)

    let isStart (effect: FlowEffect) = effect.IsStart

    let plan schedule : FlowPlan = {
        Id = "flow"
        Schedule = schedule
        Backoff =
            FlowPlay.policy
                (TimeSpan.FromSeconds 1.0)
                2.0
                (TimeSpan.FromSeconds 300.0)
                0.1
                (Nullable())
    }

    /// The cases of one life.
    let met (states: FlowPlayed list) =
        let last = List.last states
        let any holds = List.exists holds states

        Law.met [
            "manual", last.Plan.Schedule.IsManual
            "interval", last.Plan.Schedule.IsEvery
            "calendar", last.Plan.Schedule.IsCalendar
            "backed off", any (fun it -> it.Flow.Status = FlowStatus.Backoff)
            "tripped", any (fun it -> it.Flow.Status = FlowStatus.Tripped)
            "passed over", last.Flow.SkipCount > 0L
            "stopped", last.Flow.IsClosed
            "several runs", last.Flow.RunCount > 2L
        ]

    let cases = [
        "manual"
        "interval"
        "calendar"
        "backed off"
        "tripped"
        "passed over"
        "stopped"
        "several runs"
    ]

    let pairwise law states =
        List.pairwise states |> List.iter (fun (before, after) -> law before after)

    /// Holds `check` against all states of a life.
    member private law.Lives check =
        law.Holds cases FlowPlay.cases (fun life ->
            let states = FlowPlay.states life
            check states
            met states)

    [<Law(2_000)>]
    [<Trait("ID", "Q6")>]
    member law.``at most one run of a flow is under way, and its status says so``() =
        law.Lives
        <| List.iter (fun it ->
            Assert.InRange(it.Live, 0, 1)
            Law.equal (it.Live = 1) (it.Flow.Status = FlowStatus.Running))

    [<Law(2_000)>]
    [<Trait("ID", "Y10"); Trait("ID", "Z11")>]
    member law.``no occurrence is started twice, however the clock is set``() =
        law.Lives
        <| fun states ->
            let started = (List.last states).Started
            Law.equal (List.distinct started) started

    [<Law(2_000)>]
    [<Trait("ID", "Z11")>]
    member law.``the watermark never goes back``() =
        law.Lives
        <| pairwise (fun before after ->
            if before.Flow.Watermark.HasValue then
                Assert.True(after.Flow.Watermark.Value >= before.Flow.Watermark.Value))

    [<Law(2_000)>]
    [<Trait("ID", "Q10")>]
    member law.``a tripped flow starts nothing until it is reset``() =
        law.Lives
        <| pairwise (fun before after ->
            if before.Flow.Status = FlowStatus.Tripped then
                Assert.DoesNotContain(after.Effects, isStart)
                Assert.True(after.Timer.IsNone || after.Flow.Status = FlowStatus.Idle))

    [<Law(2_000)>]
    [<Trait("ID", "Q13"); Trait("ID", "Q15")>]
    member law.``a flow that was stopped starts nothing, sets no timer and ends once``() =
        law.Lives
        <| fun states ->
            let closed = states |> List.filter _.Flow.IsClosed

            for it in closed do
                Assert.DoesNotContain(it.Effects, isStart)
                Law.equal None it.Timer

            let ends =
                closed
                |> List.sumBy (fun it -> it.Effects |> List.filter _.IsEnd |> List.length)

            if not closed.IsEmpty then
                Law.equal (if (List.last closed).Live = 0 then 1 else 0) ends

    [<Law(2_000)>]
    [<Trait("ID", "Q4"); Trait("ID", "Q5")>]
    member law.``a schedule never sleeps in: what may run has a timer or runs``() =
        law.Lives
        <| List.iter (fun it ->
            let isAwake =
                match it.Plan.Schedule with
                | FlowSchedule.Manual -> true
                | FlowSchedule.Every _ -> it.Live = 1 || it.Timer.IsSome
                | FlowSchedule.Calendar _ -> it.Timer.IsSome

            let mayRest = it.Flow.IsPaused || it.Flow.IsHeld || it.Flow.IsClosed
            Assert.True(isAwake || it.Flow.Status = FlowStatus.Tripped || mayRest))

    [<Law(2_000)>]
    [<Trait("ID", "S3")>]
    member law.``the schedule of a flow that is paused or held starts nothing and sets no timer``
        ()
        =
        law.Holds [ "paused"; "held" ] FlowPlay.cases
        <| fun life ->
            let states = FlowPlay.states life
            let rests (it: FlowPlayed) = it.Flow.IsPaused || it.Flow.IsHeld

            for it in states |> List.filter rests do
                Law.equal None it.Timer

                for effect in it.Effects do
                    match effect with
                    | FlowEffect.Start(_, isAsked) -> Assert.True isAsked
                    | _ -> ()

            Law.met [
                "paused", states |> List.exists _.Flow.IsPaused
                "held", states |> List.exists _.Flow.IsHeld
            ]

    [<Fact>]
    [<Trait("ID", "Y10")>]
    member _.``two who agreed on an occurrence start the same one, whenever their timers ring``() =
        let plan = plan (FlowSchedule.Every(TimeSpan.FromSeconds 40.0))
        let agreed = Answers.epoch.AddSeconds 7.0

        let startedBy (rings: DateTimeOffset) =
            let flow = {
                FlowState.Fresh with
                    Next = Nullable agreed
                    Watermark = Nullable Answers.epoch
                    Timer = 4L
                    Due = Nullable rings
            }

            (Flow.step plan flow (FlowEvent.Rang(4L, rings))).Effects
            |> Seq.filter isStart
            |> List.ofSeq

        for late in [ 0.0; 0.3; 59.0 ] do
            Law.equal [ FlowEffect.Start(agreed, false) ] (startedBy (agreed.AddSeconds late))

    [<Fact>]
    [<Trait("ID", "S3")>]
    member _.``a run that was suspended is no failure, and is gone on with first``() =
        let plan = plan (FlowSchedule.Every(TimeSpan.FromSeconds 40.0))
        let step flow event = (Flow.step plan flow event).Flow
        let begun = step FlowState.Fresh (FlowEvent.Started(Answers.epoch, FlowMemory.None))
        let held = step begun FlowEvent.HoldAsked
        let rests = step held (FlowEvent.RunSuspended Answers.epoch)
        Law.equal (FlowStatus.Idle, 0) (rests.Status, rests.Streak)

        let memory = {
            FlowMemory.None with
                Interrupted = Nullable Answers.epoch
        }

        let after =
            Flow.step plan rests (FlowEvent.Started(Answers.epoch.AddHours 1.0, memory))

        Law.equal [ FlowEffect.Start(Answers.epoch, false) ] (List.ofSeq after.Effects)

    [<Law(2_000)>]
    [<Trait("ID", "Q21")>]
    member law.``what is due is what the timer is set for, and it looks at the clock again``() =
        law.Lives
        <| List.iter (fun it ->
            Law.equal it.Timer.IsSome it.Flow.Due.HasValue

            match it.Timer, it.Plan.Schedule with
            | Some(_, span), FlowSchedule.Calendar _ ->
                Assert.InRange(span, TimeSpan.Zero, TimeSpan.FromMinutes 1.0)
            // The cap of the back-off, for it is longer than the interval.
            | Some(_, span), _ -> Assert.InRange(span, TimeSpan.Zero, TimeSpan.FromSeconds 200.0)
            | _ -> ())

    [<Law(2_000)>]
    [<Trait("ID", "Q9")>]
    member law.``a calendar starts nothing before the end of a back-off``() =
        law.Lives
        <| pairwise (fun before after ->
            let isStarted = after.HasRung && after.Effects |> List.exists isStart

            if
                before.Flow.Status = FlowStatus.Backoff
                && before.Plan.Schedule.IsCalendar
                && isStarted
            then
                Assert.True(after.Started.Head >= before.Flow.Eligible.Value))

    [<Law(2_000)>]
    [<Trait("ID", "Q7"); Trait("ID", "Q12")>]
    member law.``the streak counts failures in a row, and nothing else``() =
        law.Lives
        <| pairwise (fun before after ->
            let step = after.Flow.Streak - before.Flow.Streak
            Assert.True((step = 1 || step = 0 || after.Flow.Streak = 0))

            if step = 1 then
                Assert.NotNull after.Flow.LastError)

    [<Law(5_000)>]
    [<Trait("ID", "Q8"); Trait("ID", "Z14")>]
    member law.``a delay lies between zero and its cap, whatever the figures``() =
        let floats =
            Gen.oneof [
                Gen.elements [ nan; infinity; -infinity; 0.0; -1.0; 1.0; 2.0; Double.MaxValue ]
                Gen.choose (0, 400) |> Gen.map (fun n -> float n / 100.0)
            ]

        let spans =
            Gen.oneof [
                Gen.elements [ TimeSpan.Zero; TimeSpan.MaxValue; TimeSpan.MinValue ]
                Gen.choose (0, 1000000) |> Gen.map (fun n -> TimeSpan.FromTicks(int64 n * 997L))
            ]

        let values =
            Gen.zip3
                (Gen.zip spans spans)
                (Gen.zip floats floats)
                (Gen.zip (Gen.choose (1, 2000)) (Gen.elements [ 0.0; 0.5; 0.999999 ]))
            |> Arb.fromGen

        law.Holds [ "capped"; "below the cap"; "not a number" ] values
        <| fun ((initial, cap), (multiplier, jitter), (streak, chance)) ->
            let policy = FlowPlay.policy initial multiplier cap jitter (Nullable())
            let delay = Backoff.delay policy streak chance
            Assert.InRange(delay, TimeSpan.Zero, max TimeSpan.Zero cap)

            Law.met [
                "capped", delay = cap
                "below the cap", delay < cap
                "not a number", Double.IsNaN multiplier || Double.IsNaN jitter
            ]

    [<Fact>]
    [<Trait("ID", "Q8")>]
    member _.``without jitter a delay doubles up to its cap``() =
        let policy =
            FlowPlay.policy
                (TimeSpan.FromSeconds 1.0)
                2.0
                (TimeSpan.FromSeconds 300.0)
                0.0
                (Nullable 0)

        let delays =
            [ 1..11 ]
            |> List.map (fun streak -> (Backoff.delay policy streak 0.5).TotalSeconds)

        Law.equal [ 1.0; 2.0; 4.0; 8.0; 16.0; 32.0; 64.0; 128.0; 256.0; 300.0; 300.0 ] delays
        Assert.True(Backoff.trips policy 1)

    [<Law(2_000)>]
    member law.``an event that does not fit where a flow is changes nothing``() =
        law.Holds [ "running"; "resting"; "stopped" ] FlowPlay.cases
        <| fun life ->
            let states = FlowPlay.states life

            for it in states do
                let changesNothing event =
                    let after = FlowPlay.tell event it
                    Law.equal it.Flow after.Flow
                    Assert.Empty after.Effects

                changesNothing (FlowEvent.Rang(it.Flow.Timer - 1L, it.Now))

                if it.Flow.IsClosed then
                    changesNothing (FlowEvent.Rang(it.Flow.Timer, it.Now))
                    changesNothing (FlowEvent.Started(it.Now, FlowMemory.None))

                if it.Flow.Status <> FlowStatus.Running then
                    changesNothing (FlowEvent.RunEnded(null, it.Now, 0.5))
                    changesNothing (FlowEvent.RunPassedOver it.Now)
                    changesNothing (FlowEvent.RunSuspended it.Now)

                    Assert.Empty(
                        (FlowPlay.tell FlowEvent.CancelAsked it).Effects |> List.filter _.IsCancel
                    )

            let any holds = List.exists holds states

            Law.met [
                "running", any (fun it -> it.Flow.Status = FlowStatus.Running)
                "resting", any (fun it -> it.Flow.Status <> FlowStatus.Running)
                "stopped", any _.Flow.IsClosed
            ]

    [<Fact>]
    [<Trait("ID", "Q6")>]
    member _.``a timer that rings during a run starts no second one``() =
        let now = Answers.epoch

        let running = {
            FlowState.Fresh with
                Status = FlowStatus.Running
                RunCount = 1L
                Timer = 4L
                Due = Nullable now
        }

        let after =
            Flow.step
                (plan (FlowSchedule.Every(TimeSpan.FromSeconds 40.0)))
                running
                (FlowEvent.Rang(4L, now))

        Law.equal [ FlowEffect.Rest ] (List.ofSeq after.Effects)
        Law.equal (FlowStatus.Running, 1L) (after.Flow.Status, after.Flow.RunCount)

    [<Fact>]
    [<Trait("ID", "Q5")>]
    member _.``a calendar without an occurrence sets no timer and starts nothing``() =
        let never = Cron.Parse "0 0 30 2 *"

        for missed in [ MissedPolicy.Skip; MissedPolicy.RunOnce ] do
            let plan = plan (FlowSchedule.Calendar(never, TimeZoneInfo.Utc, missed))
            let over = Nullable(Answers.epoch.AddDays -1.0)
            let started = FlowEvent.Started(Answers.epoch, { FlowMemory.None with Over = over })
            let after = Flow.step plan FlowState.Fresh started
            Assert.Empty after.Effects
            Assert.False after.Flow.Due.HasValue

            // What was its last occurrence rings, and none follows.
            let due = {
                FlowState.Fresh with
                    Timer = 4L
                    Due = Nullable Answers.epoch
            }

            let rung = Flow.step plan due (FlowEvent.Rang(4L, Answers.epoch))
            Law.equal [ FlowEffect.Rest ] (List.ofSeq rung.Effects)

    [<Fact>]
    [<Trait("ID", "Q5")>]
    member _.``an occurrence found more than a minute late is skipped, or made up for once``() =
        for missed in [ MissedPolicy.Skip; MissedPolicy.RunOnce ] do
            let hourly = Cron.Parse "0 * * * *"
            let plan = plan (FlowSchedule.Calendar(hourly, TimeZoneInfo.Utc, missed))

            let due = {
                FlowState.Fresh with
                    Timer = 4L
                    Due = Nullable Answers.epoch
            }

            let late = Answers.epoch.AddMinutes 2.0
            let after = Flow.step plan due (FlowEvent.Rang(4L, late))
            let first = after.Effects[0]

            if missed = MissedPolicy.Skip then
                Law.equal (FlowEffect.Skip(Answers.epoch, SkipReason.Missed)) first
            else
                Law.equal (FlowEffect.Start(Answers.epoch, false)) first

    [<Fact>]
    [<Trait("ID", "Z11")>]
    member _.``a tick after a clock that was set back is one interval away``() =
        let interval = TimeSpan.FromSeconds 40.0

        let resting = {
            FlowState.Fresh with
                Status = FlowStatus.Tripped
                Streak = 2
                LastEnd = Nullable(Answers.epoch.AddHours 1.0)
        }

        let after =
            Flow.step
                (plan (FlowSchedule.Every interval))
                resting
                (FlowEvent.ResetAsked Answers.epoch)

        Law.equal [ FlowEffect.Sleep(after.Flow.Timer, interval) ] (List.ofSeq after.Effects)

    [<Fact>]
    [<Trait("ID", "Q4")>]
    member _.``an interval longer than time itself is due at its end``() =
        let running = {
            FlowState.Fresh with
                Status = FlowStatus.Running
                RunCount = 1L
        }

        let ended = FlowEvent.RunEnded(null, Answers.epoch, 0.5)
        let after = Flow.step (plan (FlowSchedule.Every TimeSpan.MaxValue)) running ended
        Law.equal (Nullable DateTimeOffset.MaxValue) after.Flow.Due
