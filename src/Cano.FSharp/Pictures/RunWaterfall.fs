namespace Cano.FSharp

open System
open Cano
open Cano.Kernel

/// A run's rows as a waterfall: a bar for each visit of a state, one below the other, as long as it
/// took.
[<RequireQualifiedAccess>]
module internal RunWaterfall =

    [<RequireQualifiedAccess>]
    type private Tone =
        | Work
        | Wait
        | Undo
        | Done

    type private Bar = {
        Label: string
        From: float
        Till: float
        Tone: Tone
        /// What a pointer over it is told.
        Title: string
    }

    let private lane = 24.0
    let private labels = 190.0
    let private field = 520.0
    let private durations = 90.0
    let private margin = 16.0

    let private toneOf (kind: RowKind) =
        match kind with
        | RowKind.WaitStarted
        | RowKind.ChildStarted -> Tone.Wait
        | RowKind.RollbackStarted
        | RowKind.Compensated
        | RowKind.CancelRequested
        | RowKind.RollbackFinished
        | RowKind.Failed -> Tone.Undo
        | RowKind.Finished -> Tone.Done
        | _ -> Tone.Work

    let private colours tone =
        match tone with
        | Tone.Work -> Palette.work, Palette.workLine
        | Tone.Wait -> Palette.wait, Palette.waitLine
        | Tone.Undo -> Palette.undo, Palette.undoLine
        | Tone.Done -> Palette.done', Palette.doneLine

    /// When each row was written, in seconds after the first one; rows without a time, or all at
    /// one instant, are a second apart.
    let private times (rows: CheckpointRow list) =
        let written = rows |> List.choose (fun row -> Option.ofNullable row.WrittenAt)

        match written with
        | first :: _ when written.Length = rows.Length && List.last written > first ->
            written |> List.map (fun at -> (at - first).TotalSeconds)
        | _ -> rows |> List.mapi (fun place _ -> float place)

    /// What follows a row lasts until the next one; a step was undone before the row that says so,
    /// and nothing else goes on while a run goes back.
    let private segments (rows: CheckpointRow list) =
        let times = times rows
        let before = List.head times :: times
        let after = List.tail times @ [ List.last times ]

        List.zip rows (List.zip3 (List.truncate rows.Length before) times after)
        |> List.map (fun (row, (before, at, after)) ->
            let label, from, till =
                match row.Kind with
                | RowKind.Compensated -> $"undo {row.State}", before, at
                | RowKind.RollbackStarted
                | RowKind.RollbackFinished -> "rollback", at, at
                | _ -> row.State, at, after

            {
                Label = label
                From = from
                Till = till
                Tone = toneOf row.Kind
                Title = $"row {row.Sequence}: {row.Kind}"
            })

    /// The bars of one lane: those that follow each other with one label.
    let rec private lanes (bars: Bar list) : Bar list list =
        match bars with
        | [] -> []
        | first :: _ ->
            let mine = bars |> List.takeWhile (fun bar -> bar.Label = first.Label)
            mine :: lanes (List.skip mine.Length bars)

    let private axis scale total height =
        [ 0.0..0.25..1.0 ]
        |> List.collect (fun share ->
            let x = labels + margin + scale (share * total)

            [
                Markup.shape
                    "line"
                    [
                        "x1", Markup.number x
                        "x2", Markup.number x
                        "y1", "26"
                        "y2", Markup.number (height - 10.0)
                        "stroke", "#e4e7eb"
                    ]
                    ""
                Markup.words
                    [ "font-size", "11"; "fill", Palette.faint; "text-anchor", "middle" ]
                    x
                    18.0
                    (Words.measured (TimeSpan.FromSeconds(share * total)))
            ])

    let private bar scale y (bar: Bar) =
        let fill, line = colours bar.Tone
        let x = labels + margin + scale bar.From

        Markup.shape
            "rect"
            [
                "x", Markup.number x
                "y", Markup.number (y + 4.0)
                "width", Markup.number (max 3.0 (scale bar.Till - scale bar.From))
                "height", Markup.number (lane - 8.0)
                "rx", "3"
                "fill", fill
                "stroke", line
            ]
            bar.Title

    let private drawn scale place (bars: Bar list) =
        let y = 30.0 + lane * float place
        let last = List.last bars
        let took = last.Till - bars.Head.From
        let baseline = y + lane / 2.0 + 4.0

        [
            Markup.words
                [ "text-anchor", "end" ]
                (labels + margin - 10.0)
                baseline
                (Table.short 24 last.Label)
            yield! List.map (bar scale y) bars
            if took > 0.0 then
                Markup.words
                    [ "font-size", "11"; "fill", Palette.faint ]
                    (labels + margin + scale last.Till + 6.0)
                    baseline
                    (Words.measured (TimeSpan.FromSeconds took))
        ]

    let svg (rows: CheckpointRow list) : string =
        let lanes = if rows.IsEmpty then [] else lanes (segments rows)

        let total =
            if rows.IsEmpty then
                1.0
            else
                max 0.001 (List.last (times rows))

        let scale seconds = seconds / total * field
        let height = 30.0 + lane * float lanes.Length + 14.0
        let width = margin * 2.0 + labels + field + durations

        Markup.picture width height "The run's rows over time" [
            yield! axis scale total height
            for place, bars in List.indexed lanes do
                yield! drawn scale place bars
        ]
