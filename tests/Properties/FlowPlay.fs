namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck
open FsCheck.FSharp

/// What the world does to a flow. Seconds of real time pass; the wall clock may be set besides.
[<RequireQualifiedAccess>]
type FlowMove =
    | Pass of Seconds: int
    | SetClock of Seconds: int
    | Trigger
    | Reset
    | Cancel
    | EndWell
    | Fail
    | EndCancelled
    | PassOver
    | EndSuspended
    | Pause
    | Continue
    | Hold
    /// Whoever works on runs does so again, and knows what it had begun.
    | Release
    | Stop

/// A flow on a simulated clock, with all that was asked of its surroundings.
type FlowPlayed = {
    Plan: FlowPlan
    Flow: FlowState
    /// The wall clock.
    Now: DateTimeOffset
    /// The timer that is set, and what is left of it.
    Timer: (int64 * TimeSpan) option
    /// Runs under way.
    Live: int
    /// Newest first, without those that turned out to be over already.
    Started: DateTimeOffset list
    Effects: FlowEffect list
    /// Whether the effects are those of a timer that rang.
    HasRung: bool
}

/// Plays moves against the kernel as a scheduler does.
[<RequireQualifiedAccess>]
module FlowPlay =

    let private midnight = DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)

    let policy initial multiplier max jitter (tripAfter: Nullable<int>) = {
        Initial = initial
        Multiplier = multiplier
        Max = max
        Jitter = jitter
        TripAfter = tripAfter
    }

    let private schedules =
        let cron = Cron.Parse "* * * * *"

        [
            FlowSchedule.Manual
            FlowSchedule.Every(TimeSpan.FromSeconds 40.0)
            FlowSchedule.Calendar(cron, TimeZoneInfo.Utc, MissedPolicy.Skip)
            FlowSchedule.Calendar(cron, TimeZoneInfo.Utc, MissedPolicy.RunOnce)
        ]

    let private plans =
        Gen.map2
            (fun schedule trip -> {
                Id = "flow"
                Schedule = schedule
                Backoff =
                    policy
                        (TimeSpan.FromSeconds 20.0)
                        2.0
                        (TimeSpan.FromSeconds 200.0)
                        0.1
                        (if trip = 0 then Nullable() else Nullable trip)
            })
            (Gen.elements schedules)
            (Gen.choose (0, 3))

    let private moves =
        Gen.frequency [
            8, Gen.choose (0, 150) |> Gen.map FlowMove.Pass
            2, Gen.choose (-400, 400) |> Gen.map FlowMove.SetClock
            2, Gen.constant FlowMove.Trigger
            2, Gen.constant FlowMove.Reset
            1, Gen.constant FlowMove.Cancel
            5, Gen.constant FlowMove.EndWell
            5, Gen.constant FlowMove.Fail
            1, Gen.constant FlowMove.EndCancelled
            1, Gen.constant FlowMove.PassOver
            1, Gen.constant FlowMove.Pause
            2, Gen.constant FlowMove.Continue
            1, Gen.constant FlowMove.Hold
            1, Gen.constant FlowMove.EndSuspended
            2, Gen.constant FlowMove.Release
        ]

    /// A plan, what was known when it started (whether a watermark, whether an interrupted run),
    /// and what happens then; some end with a stop.
    let cases =
        let ending = Gen.elements [ []; [ FlowMove.Stop ] ]
        let after = Gen.resize 8 (Gen.listOf moves)

        Gen.map3
            (fun plan known (moves, ending, after) -> plan, known, moves @ ending @ after)
            plans
            (Gen.choose (0, 2))
            (Gen.zip3 (Gen.resize 40 (Gen.listOf moves)) ending after)
        |> Arb.fromGen

    let private perform (played: FlowPlayed) effect =
        match effect with
        | FlowEffect.Sleep(timer, span) -> {
            played with
                Timer = Some(timer, span)
          }
        | FlowEffect.Rest -> { played with Timer = None }
        | FlowEffect.Start(occurrence, _) -> {
            played with
                Live = played.Live + 1
                Started = occurrence :: played.Started
          }
        | _ -> played

    /// Tells the kernel, and does what it says.
    let tell event (played: FlowPlayed) =
        let transition = Flow.step played.Plan played.Flow event

        let told = {
            played with
                Flow = transition.Flow
                Effects = List.ofSeq transition.Effects
                HasRung = event.IsRang
        }

        Seq.fold perform told transition.Effects

    let private ended event (played: FlowPlayed) =
        if played.Live = 0 then
            { played with Effects = [] }
        else
            tell event { played with Live = played.Live - 1 }

    /// Time passes until the timer rings, or to the end of the span. Gives what is left of the
    /// span.
    let private pass (left: TimeSpan) (played: FlowPlayed) =
        match played.Timer with
        | Some(timer, span) when span <= left ->
            let rung = {
                played with
                    Now = played.Now + span
                    Timer = None
            }

            left - span, tell (FlowEvent.Rang(timer, rung.Now)) rung
        | timer ->
            TimeSpan.Zero,
            {
                played with
                    Now = played.Now + left
                    Timer = timer |> Option.map (fun (timer, span) -> timer, span - left)
                    Effects = []
            }

    /// What a move leads to, step by step, newest first.
    let private steps move (played: FlowPlayed) =
        let one event = [ tell event played ]

        match move with
        | FlowMove.Pass seconds ->
            let rec go left played soFar =
                match pass left played with
                | rest, next when rest > TimeSpan.Zero -> go rest next (next :: soFar)
                | _, next -> next :: soFar

            go (TimeSpan.FromSeconds(float seconds)) played []
        | FlowMove.SetClock seconds -> [
            {
                played with
                    Now = played.Now.AddSeconds(float seconds)
                    Effects = []
            }
          ]
        | FlowMove.Trigger -> one (FlowEvent.TriggerAsked played.Now)
        | FlowMove.Reset -> one (FlowEvent.ResetAsked played.Now)
        | FlowMove.Cancel -> one FlowEvent.CancelAsked
        | FlowMove.Stop -> one FlowEvent.StopAsked
        | FlowMove.EndWell -> [ ended (FlowEvent.RunEnded(null, played.Now, 0.5)) played ]
        | FlowMove.Fail -> [
            ended (FlowEvent.RunEnded(CanoError.Generic "no", played.Now, 0.5)) played
          ]
        | FlowMove.EndCancelled -> [
            ended (FlowEvent.RunEnded(CanoError.Of Fault.Cancelled, played.Now, 0.5)) played
          ]
        | FlowMove.Pause -> one FlowEvent.PauseAsked
        | FlowMove.Continue -> one (FlowEvent.ContinueAsked played.Now)
        | FlowMove.Hold -> one FlowEvent.HoldAsked
        | FlowMove.Release when played.Flow.IsHeld ->
            let memory = {
                Over = played.Flow.Watermark
                Next = played.Flow.Next
                Interrupted = Nullable()
                IsPaused = played.Flow.IsPaused
            }

            one (FlowEvent.Started(played.Now, memory))
        | FlowMove.Release -> [ { played with Effects = [] } ]
        | FlowMove.EndSuspended -> [ ended (FlowEvent.RunSuspended played.Now) played ]
        | FlowMove.PassOver ->
            let over =
                if played.Live = 0 then
                    played
                else
                    {
                        played with
                            Started = List.tail played.Started
                    }

            [ ended (FlowEvent.RunPassedOver played.Now) over ]

    let private begun plan known =
        let fresh = {
            Plan = plan
            Flow = FlowState.Fresh
            Now = midnight.AddSeconds 5.0
            Timer = None
            Live = 0
            Started = []
            Effects = []
            HasRung = false
        }

        let when' holds (instant: DateTimeOffset) =
            if holds then Nullable instant else Nullable()

        let memory = {
            FlowMemory.None with
                Over = when' (known > 0) (midnight.AddHours -1.0)
                Interrupted = when' (known = 2) (midnight.AddMinutes -30.0)
        }

        tell (FlowEvent.Started(fresh.Now, memory)) fresh

    /// Every state a flow goes through, in order.
    let states (plan, known, moves) =
        let add soFar move = steps move (List.head soFar) @ soFar

        List.fold add [ begun plan known ] moves |> List.rev
