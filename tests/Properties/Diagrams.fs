namespace Cano.Properties

open System
open System.Text.RegularExpressions
open Cano
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// A picture shows the whole definition.
type Diagrams(output: ITestOutputHelper) =
    inherit Laws(output)

    /// From, to, and what is written on the edge.
    let edges (definition: Definition) = [
        for state in definition.States do
            if not (Seq.contains state.Name definition.Exits) then
                match state.Step, state.To with
                | StepKind.Split split, _ -> state.Name, nonNull split.Next, string split.Strategy
                | StepKind.Wait wait, _ ->
                    for signal in wait.Signals do
                        match signal.To with
                        | null -> ()
                        | targets ->
                            for target in targets do
                                state.Name, target, signal.Name

                    for ending in wait.Deadlines do
                        state.Name,
                        ending.Next,
                        (string ending).Replace($", then {ending.Next}", "")
                | _, null -> ()
                | _, targets ->
                    for target in targets do
                        state.Name, target, ""
    ]

    let names (definition: Definition) =
        Seq.append (definition.States |> Seq.map _.Name) definition.Exits
        |> Seq.distinct
        |> List.ofSeq

    /// The name behind a Mermaid identifier: the first word of its label.
    let labels (text: string) =
        Regex.Matches(text, "state \"([^\" ]+)[^\"]*\" as (\\w+)")
        |> Seq.map (fun found -> found.Groups[1].Value, found.Groups[2].Value)
        |> Map.ofSeq

    let lines (text: string) =
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries ||| StringSplitOptions.TrimEntries)

    [<Law(2_000)>]
    member law.``a Mermaid diagram has every state, exit, strategy and declared edge``() =
        let cases = [ "split"; "edge" ]

        law.Holds cases (Arb.fromGen Definitions.sound) (fun (definition, _) ->
            let text = Diagram.mermaid definition
            let id = labels text
            Law.equal (List.sort (names definition)) (id |> Map.toList |> List.map fst)

            let expected = [
                for origin, target, label in edges definition do
                    let label = if label = "" then "" else " : " + label
                    $"{id[origin]} --> {id[target]}{label}"
                for exit in definition.Exits do
                    $"{id[exit]} --> [*]"
            ]

            let drawn = lines text |> Array.filter _.Contains("-->") |> List.ofArray
            Law.equal (List.sort expected) (List.sort drawn)

            Law.met [
                "split", edges definition |> List.exists (fun (_, _, label) -> label <> "")
                "edge", edges definition |> List.exists (fun (_, _, label) -> label = "")
            ])

    [<Law(2_000)>]
    member law.``a Graphviz diagram has every state, exit, strategy and declared edge``() =
        law.Holds [] (Arb.fromGen Definitions.sound) (fun (definition, _) ->
            let lines = lines (Diagram.dot definition)

            for name in names definition do
                Assert.Contains(lines, fun (line: string) -> line.StartsWith $"\"{name}\" [shape=")

            for origin, target, label in edges definition do
                let label = if label = "" then "" else $" [label=\"{label}\"]"
                Assert.Contains($"\"{origin}\" -> \"{target}\"{label};", lines)

            [])

    [<Fact>]
    member _.``names with the signs of the diagram languages do not break a diagram``() =
        let named name =
            Definitions.workflow [ Definitions.state name (StepKind.Single Definitions.noRetry) ] [
                "Done"
            ]

        let odd = named "a\"b:c;d#e\nf\\g"
        let plain = named "plain"

        for draw in [ Diagram.mermaid; Diagram.dot ] do
            Law.equal (lines (draw plain)).Length (lines (draw odd)).Length

        Assert.Contains("a#quot;b#58;c#59;d#35;e f", Diagram.mermaid odd)
        Assert.Contains("\"a\\\"b:c;d#e\\nf\\\\g\"", Diagram.dot odd)

    [<Fact>]
    member _.``a diagram says what it does not know: a name, a target, the number of branches``() =
        let fan: SplitDefinition = {
            Strategy = JoinStrategy.Any
            Next = "Nowhere"
            Branches = null
            Timeout = Nullable()
            Bulkhead = Nullable()
            WaitForAll = false
            Journaled = false
        }

        let definition = {
            Definitions.workflow [ Definitions.state "Fan" (StepKind.Split fan) ] [ "Done" ] with
                Name = null
        }

        Assert.Contains("s0 --> unknown : Any", Diagram.mermaid definition)
        Assert.Contains("state \"Fan (split)\" as s0", Diagram.mermaid definition)
        Assert.StartsWith("digraph \"workflow\" {", Diagram.dot definition)
