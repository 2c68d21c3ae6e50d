namespace Cano.FSharp

open System
open Cano
open Cano.Kernel

/// A workflow as the table of its states and edges.
[<RequireQualifiedAccess>]
module internal WorkflowTable =

    let private following (state: StateDefinition) =
        let ways = Cano.Kernel.Steps.ways state

        String.Join(
            ", ",
            [
                for edge in ways.Edges do
                    if edge.Text = "" then
                        edge.Next
                    else
                        $"{edge.Next} ({edge.Text})"
                if not ways.AreAll then
                    "any"
            ]
        )

    let private heading (definition: Definition) =
        let name =
            match definition.Name with
            | null -> "unnamed"
            | name -> name

        if definition.Version = 0u then
            name
        else
            Words.sentence $"{name}, version {definition.Version}"

    let text (definition: Definition) : string =
        let work = [
            for state in definition.States do
                if not (Seq.contains state.Name definition.Exits) then
                    [ state.Name; string state.Step; following state ]
        ]

        let exits = [ for exit in definition.Exits -> [ exit; "exit"; "" ] ]

        heading definition
        + "\n"
        + Table.text [ "state"; "work"; "then" ] (work @ exits)
