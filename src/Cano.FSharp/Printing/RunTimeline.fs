namespace Cano.FSharp

open System
open System.Text.Json
open Cano
open Cano.Kernel

/// A run, and its rows, as text.
[<RequireQualifiedAccess>]
module internal RunTimeline =

    /// The fields of a state. Its case stands before them already; what a codec encoded says
    /// nothing to a person.
    let private fields (row: CheckpointRow) (data: Nullable<ReadOnlyMemory<byte>>) =
        match row.Codec with
        | null when data.HasValue ->
            use document = JsonDocument.Parse data.Value
            let state = document.RootElement

            if state.ValueKind = JsonValueKind.Object then
                let case = Seq.head (state.EnumerateObject())
                " " + Table.short 60 (case.Value.GetRawText())
            else
                ""
        | _ -> ""

    let private named (row: CheckpointRow) =
        match row.NextState with
        | null -> row.State + fields row row.StateData
        | next -> $"{row.State} → {next}{fields row row.NextStateData}"

    /// What tells that something was cut, and how to see it.
    let private whole (lines: string) =
        if lines.Contains Table.cut then
            lines
            + $"\n  ({Table.cut}: Printing.row shows a row whole, Row.data what it carries)"
        else
            lines

    /// A line for each row: its place, how long after the first it was written, and what it says.
    let rows (rows: CheckpointRow list) : string =
        let first = rows |> List.tryPick (fun row -> Option.ofNullable row.WrittenAt)

        let after (row: CheckpointRow) =
            match first, Option.ofNullable row.WrittenAt with
            | Some first, Some written -> Words.measured (written - first)
            | _ -> ""

        Table.text [ "row"; "after"; "visit"; "what"; "state" ] [
            for row in rows ->
                [
                    Words.sentence $"{row.Sequence}"
                    after row
                    Words.sentence $"{row.Visit}"
                    string row.Kind
                    named row
                ]
        ]
        |> whole

    let private fact name (value: string | null) = [
        match value with
        | null -> ()
        | value -> [ name; value ]
    ]

    let private told (value: 'T | null) : string | null =
        match value with
        | null -> null
        | value -> string value

    /// A name and a value on a line of its own, of each.
    let private listed (heading: string) (facts: string list list) =
        let lines = facts |> List.map (fun fact -> $"  {fact[0], -8}  {fact[1]}")
        String.Join("\n", heading :: lines)

    /// One row, with all that it carries.
    let row (row: CheckpointRow) : string =
        let written = Option.ofNullable row.WrittenAt |> Option.map Words.instant
        let wakes = Option.ofNullable row.WakesAt |> Option.map Words.instant

        listed (Words.sentence $"row {row.Sequence} of visit {row.Visit}: {row.Kind}") [
            yield! fact "state" row.State
            yield! fact "carries" (Option.toObj (Row.data row))
            yield! fact "next" row.NextState
            yield! fact "carries" (Option.toObj (Row.nextData row))
            yield! fact "written" (Option.toObj written)
            yield! fact "wakes" (Option.toObj wakes)
            yield! fact "output" (told row.Output)
            yield! fact "error" row.Category
            yield! fact "codec" row.Codec
        ]

    let private times (info: RunInfo) =
        match Option.ofNullable info.StartedAt, Option.ofNullable info.EndedAt with
        | Some started, Some ended ->
            $"{Words.instant started}, for {Words.measured (ended - started)}"
        | Some started, None -> Words.instant started
        | None, _ -> "unknown"

    /// What is known of a run beside its id and status: names and values.
    let facts (info: RunInfo) : string list list = [
        yield! fact "workflow" info.WorkflowName
        yield! fact "path" (String.Join(" → ", info.Path))
        yield! fact "started" (times info)
        yield! fact "waits" (told info.Waiting)
        yield! fact "progress" (told info.Progress)
        yield! fact "input" info.InputJson
        yield! fact "output" info.OutputJson
        yield! fact "error" (told info.Error)
        yield! fact "held" info.Held
    ]

    /// What is known of a run.
    let info (info: RunInfo) : string =
        listed $"{info.RunId}: {info.Status}" (facts info)
