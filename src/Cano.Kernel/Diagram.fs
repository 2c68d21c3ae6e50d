namespace Cano.Kernel

open System
open System.Text
open Cano

/// Pictures of a definition as text: every state, exit, split with its strategy, compensation, declared edge.
[<RequireQualifiedAccess>]
module Diagram =

    /// The declared ways out of a state with what to write on them.
    let private edges (state: StateDefinition) = [
        match state.Step, state.To with
        | Step.Split split, _ -> split.Next, string split.Strategy
        | _, null -> ()
        | _, targets ->
            for target in targets do
                target, ""
    ]

    let private label (state: StateDefinition) =
        let kind =
            match state.Step with
            | Step.Single _ -> ""
            | Step.Router _ -> "router"
            | Step.Timer _ -> "timer"
            | Step.Compensatable _ -> "compensatable"
            | Step.Stepped _ -> "stepped"
            | Step.Stream _ -> "stream"
            | Step.Split split ->
                match split.Branches with
                | null -> "split"
                | branches -> $"split of {branches.Count}"

        if kind = "" then state.Name else $"{state.Name} ({kind})"

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
        |> Seq.mapi (fun i name -> name, $"s{i}")
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
                for next, text in edges state do
                    let text = if text = "" then "" else " : " + mermaidText text
                    $"    {id[state.Name]} --> {target next}{text}"

                match state.Step with
                | Step.Compensatable _ ->
                    $"    note right of {id[state.Name]} : undone by {mermaidText state.Task}"
                | _ -> ()
            for exit in definition.Exits do
                $"    {id[exit]} --> [*]"
        ]

    let private dotText (text: string) =
        StringBuilder(text)
            .Replace("\\", "\\\\")
            .Replace("\"", "\\\"")
            .Replace("\n", "\\n")
            .ToString()

    let private shape step =
        match step with
        | Step.Router _ -> "diamond"
        | Step.Split _ -> "hexagon"
        | Step.Timer _ -> "circle"
        | _ -> "box"

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
                $"    \"{dotText state.Name}\" [shape={shape state.Step}, label=\"{dotText (label state)}\"];"
            for exit in definition.Exits do
                $"    \"{dotText exit}\" [shape=doublecircle];"
            for state in handlers definition do
                for next, text in edges state do
                    let text = if text = "" then "" else $" [label=\"{dotText text}\"]"
                    $"    \"{dotText state.Name}\" -> \"{dotText next}\"{text};"

                match state.Step with
                | Step.Compensatable _ ->
                    $"    \"{dotText state.Name}\" -> \"{dotText state.Name}\" [style=dashed, label=\"undo\"];"
                | _ -> ()
            "}"
        ]
