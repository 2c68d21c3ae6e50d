namespace Cano.Kernel

open System
open System.Text
open Cano

/// Pictures of a definition as text: every state, exit, split with its strategy, compensation,
/// declared edge.
[<RequireQualifiedAccess>]
module Diagram =

    let private edges (state: StateDefinition) : Edge list = (Steps.ways state).Edges

    let private label (state: StateDefinition) =
        let kind = (Steps.traits state.Step).Label
        if kind = "" then state.Name else $"{state.Name} ({kind})"

    let private isUndone (state: StateDefinition) =
        not (isNull (Steps.traits state.Step).Undo)

    let private isExit (definition: Definition) name = Seq.contains name definition.Exits

    let private handlers (definition: Definition) =
        definition.States
        |> Seq.filter (fun state -> not (isExit definition state.Name))
        |> List.ofSeq

    let private join (lines: string list) = String.Join("\n", lines) + "\n"

    /// Identifiers of the diagram languages are plain; names are not.
    let private numbers (definition: Definition) =
        Seq.append (definition.States |> Seq.map _.Name) definition.Exits
        |> Seq.distinct
        |> Seq.mapi (fun i name -> name, Words.sentence $"s{i}")
        |> Map.ofSeq

    /// Signs of the language as the entities it knows.
    let private mermaidText (text: string) =
        text
        |> String.collect (function
            | '#' -> "#35;"
            | ':' -> "#58;"
            | ';' -> "#59;"
            | '"' -> "#quot;"
            | '\r'
            | '\n' -> " "
            | sign -> string sign)

    /// A Mermaid state diagram.
    [<CompiledName "Mermaid">]
    let mermaid (definition: Definition) : string =
        let id = numbers definition

        let target name =
            id |> Map.tryFind name |> Option.defaultValue "unknown"

        join [
            "stateDiagram-v2"
            for state in handlers definition do
                $"    state \"{mermaidText (label state)}\" as {id[state.Name]}"
            for exit in definition.Exits do
                $"    state \"{mermaidText exit}\" as {id[exit]}"
            for state in handlers definition do
                for edge in edges state do
                    let text = if edge.Text = "" then "" else " : " + mermaidText edge.Text
                    Words.sentence $"    {id[state.Name]} --> {target edge.Next}{text}"

                if isUndone state then
                    $"    note right of {id[state.Name]} : undone by {mermaidText state.Task}"
            for exit in definition.Exits do
                $"    {id[exit]} --> [*]"
        ]

    let private dotText (text: string) =
        StringBuilder(text)
            .Replace("\\", "\\\\")
            .Replace("\"", "\\\"")
            .Replace("\n", "\\n")
            .ToString()

    let private shape (state: StateDefinition) =
        match (Steps.traits state.Step).Shape with
        | StepShape.Box -> "box"
        | StepShape.Diamond -> "diamond"
        | StepShape.Circle -> "circle"
        | StepShape.Hexagon -> "hexagon"

    /// A Graphviz digraph.
    [<CompiledName "Dot">]
    let dot (definition: Definition) : string =
        let name =
            match definition.Name with
            | null -> "workflow"
            | name -> name

        join [
            $"digraph \"{dotText name}\" {{"
            for state in handlers definition do
                Words.sentence
                    $"    \"{dotText state.Name}\" [shape={shape state}, label=\"{dotText (label state)}\"];"
            for exit in definition.Exits do
                $"    \"{dotText exit}\" [shape=doublecircle];"
            for state in handlers definition do
                for edge in edges state do
                    let text =
                        if edge.Text = "" then
                            ""
                        else
                            $" [label=\"{dotText edge.Text}\"]"

                    Words.sentence $"    \"{dotText state.Name}\" -> \"{dotText edge.Next}\"{text};"

                if isUndone state then
                    Words.sentence
                        $"    \"{dotText state.Name}\" -> \"{dotText state.Name}\" [style=dashed, label=\"undo\"];"
            "}"
        ]
