namespace Cano.Model

/// Where two tellings of one story part.
[<RequireQualifiedAccess>]
module Difference =

    let private lines (what: string) (expected: string list) (actual: string list) =
        let lineAt i (lines: string list) =
            if i < lines.Length then lines[i] else "(nothing)"

        let parting =
            seq { 0 .. max expected.Length actual.Length - 1 }
            |> Seq.tryFind (fun i -> lineAt i expected <> lineAt i actual)

        match parting with
        | None -> []
        | Some i -> [ $"{what} {i}: expected '{lineAt i expected}', got '{lineAt i actual}'" ]

    /// None when they are the same; else a line for each kind of line that differs.
    let find (expected: Told) (actual: Told) : string list = [
        yield! lines "call" expected.Calls actual.Calls
        yield! lines "hook" expected.Hooks actual.Hooks
        yield! lines "row" expected.Rows actual.Rows
        yield! lines "result" expected.Results actual.Results
        yield! lines "rows kept" [ string expected.Kept ] [ string actual.Kept ]
    ]

    /// The same for what the kernel alone tells: rows, and results without their paths.
    let ofKernel (expected: Told) (actual: Told) : string list =
        let withoutPath (result: string) = (result.Split " along ")[0]

        [
            yield! lines "row" expected.Rows actual.Rows
            yield! lines "result" (List.map withoutPath expected.Results) actual.Results
            yield! lines "rows kept" [ string expected.Kept ] [ string actual.Kept ]
        ]

    /// The whole of a story with both tellings, for whoever has to find out why.
    let explain (story: Story) (expected: Told) (actual: Told) =
        $"%A{story}\nexpected %A{expected}\nactual %A{actual}"
