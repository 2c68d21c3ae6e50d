namespace Cano.Kernel

open System
open Cano

/// What a flow waits for. Every function gives the flow afterwards and what is to be done.
[<RequireQualifiedAccess>]
module internal FlowTimer =

    /// The wall clock may be set, and a machine may sleep, while a timer counts; so the clock is
    /// looked at again after at most this long.
    let private recheck = TimeSpan.FromMinutes 1.0

    let private later (left: Nullable<DateTimeOffset>) (right: DateTimeOffset) =
        if left.HasValue && left.Value > right then
            left.Value
        else
            right

    /// The later of what is known.
    let newest (left: Nullable<DateTimeOffset>) (right: Nullable<DateTimeOffset>) =
        if right.HasValue then
            Nullable(later left right.Value)
        else
            left

    /// The instant a span after another one; the end of all time at the latest.
    let add (span: TimeSpan) (now: DateTimeOffset) =
        if span < DateTimeOffset.MaxValue - now then
            now + span
        else
            DateTimeOffset.MaxValue

    /// No timer.
    let rest (flow: FlowState) =
        if flow.Due.HasValue then
            {
                flow with
                    Due = Nullable()
                    Timer = flow.Timer + 1L
            },
            [ FlowEffect.Rest ]
        else
            flow, []

    let private set due span (flow: FlowState) =
        if flow.IsPaused || flow.IsHeld then
            rest flow
        else
            let flow = {
                flow with
                    Due = Nullable due
                    Timer = flow.Timer + 1L
            }

            flow, [ FlowEffect.Sleep(flow.Timer, span) ]

    /// A timer that counts a span, whatever becomes of the wall clock.
    let after span now flow = set (add span now) span flow

    /// A timer for an instant of the wall clock.
    let until (due: DateTimeOffset) (now: DateTimeOffset) flow =
        set due (max TimeSpan.Zero (min recheck (due - now))) flow

    /// A timer for the first occurrence after an instant and after the watermark; none when there
    /// is no such.
    let onward cron zone (after: DateTimeOffset) now (flow: FlowState) =
        match Calendar.next cron zone (later flow.Watermark after) with
        | due when due.HasValue -> until due.Value now flow
        | _ -> rest flow

    /// Whether a next occurrence is agreed on that was not started.
    let isAgreed (flow: FlowState) =
        flow.Next.HasValue
        && not (flow.Watermark.HasValue && flow.Watermark.Value >= flow.Next.Value)

    /// How long an interval rests after an end, or until the occurrence that is agreed on: no
    /// longer than the interval, whatever becomes of the wall clock.
    let pause (interval: TimeSpan) (now: DateTimeOffset) flow =
        if isAgreed flow then
            flow.Next.Value - now |> max TimeSpan.Zero |> min interval
        else
            interval

    /// Of an interval, the first of its ticks after now; they go on while the flow rests.
    let tick (interval: TimeSpan) now (flow: FlowState) =
        let since = now - flow.LastEnd.GetValueOrDefault now

        // A clock that was set back would put the next tick far off.
        let left =
            if since < TimeSpan.Zero then
                interval
            else
                TimeSpan.FromTicks(interval.Ticks - since.Ticks % interval.Ticks)

        after left now flow

    /// The occurrence of a run that no calendar asks for: now, but after every one before.
    let fresh now (flow: FlowState) =
        let watermark = flow.Watermark

        if watermark.HasValue && watermark.Value >= now then
            add (TimeSpan.FromTicks 1L) watermark.Value
        else
            now

    /// The occurrence of an interval whose time has come: the one that is agreed on, if it was not
    /// started.
    let next now (flow: FlowState) =
        if isAgreed flow then flow.Next.Value else fresh now flow
