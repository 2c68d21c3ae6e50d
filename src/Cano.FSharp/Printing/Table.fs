namespace Cano.FSharp

open System

/// Rows of columns as text.
[<RequireQualifiedAccess>]
module internal Table =

    /// A heading, then the rows, in columns two spaces apart; nothing behind the last one.
    let text (heading: string list) (rows: string list list) : string =
        let all = heading :: rows

        let widths = [
            for column in 0 .. heading.Length - 1 ->
                all |> List.map (fun row -> row[column].Length) |> List.max
        ]

        let line row =
            let cells =
                List.map2 (fun (cell: string) (width: int) -> cell.PadRight width) row widths

            ("  " + String.Join("  ", cells)).TrimEnd()

        String.Join("\n", all |> List.map line)

    /// Stands for what was cut.
    let cut = "…"

    /// At most so many signs.
    let short (count: int) (text: string) =
        if text.Length <= count then
            text
        else
            text.Substring(0, count - 1) + cut
