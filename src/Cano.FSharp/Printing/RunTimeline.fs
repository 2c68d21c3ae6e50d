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

    let private fact name (value: string | null) = [
        match value with
        | null -> ()
        | value -> [ name; value ]
    ]

    let private times (info: RunInfo) =
        match Option.ofNullable info.StartedAt, Option.ofNullable info.EndedAt with
        | Some started, Some ended ->
            $"{Words.instant started}, for {Words.measured (ended - started)}"
        | Some started, None -> Words.instant started
        | None, _ -> "unknown"

    let private told (value: 'T | null) : string | null =
        match value with
        | null -> null
        | value -> string value

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
        let lines = facts info |> List.map (fun fact -> $"  {fact[0], -8}  {fact[1]}")
        String.Join("\n", $"{info.RunId}: {info.Status}" :: lines)
