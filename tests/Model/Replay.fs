namespace Cano.Model

open Cano
open Cano.Kernel

/// What makes a run replayable: it is nothing but its events, and its memory nothing but its rows.
[<RequireQualifiedAccess>]
module Replay =

    let private fold (plan: Plan) (run: Run) (events: RunEvent seq) =
        let mutable run = run

        for event in events do
            run <- (Reducer.step plan &run event).Run

        run

    /// The problems of one process of a run: after every event the run is the fold of all its
    /// events, and after every row its memory is that row's bytes applied, and what a recovery of
    /// all rows finds.
    let problems (plan: Plan) (life: Life) : string list = [
        if life.Steps.Count > 0 then
            let mutable rows = List.rev life.Durable

            for i, step in Seq.indexed life.Steps do
                let events = life.Steps |> Seq.truncate (i + 1) |> Seq.map _.Event

                if fold plan life.Steps[0].Before events <> step.After.Run then
                    $"event {i}: the fold of all events is not the run"

                match step.Event, step.Before.Phase with
                | (RunEvent.RowAppended | RunEvent.RowAccepted), Phase.Appending(row, _) ->
                    rows <- row :: rows

                    if
                        DurableState.remember (Stored.copied row) step.Before.Durable
                        <> step.After.Run.Durable
                    then
                        $"event {i}: the row's bytes, read and applied, are not the row applied"

                    let stored = rows |> List.rev |> List.map Stored.copied |> Array.ofList

                    match Recovery.recover plan "run" stored with
                    | Recovered.Found(run, _, _) when run.Durable = step.After.Run.Durable -> ()
                    | Recovered.Found _ -> $"event {i}: the rows' memory is not the live one"
                    | Recovered.Refused error -> $"event {i}: {error.Message}"
                | _ -> ()
    ]
