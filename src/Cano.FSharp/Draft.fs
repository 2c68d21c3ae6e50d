namespace Cano.FSharp

open System.ComponentModel
open System.Threading.Tasks
open Cano

/// A workflow that is being written; `workflow { … }` makes one and ends it.
[<Sealed; NoEquality; NoComparison>]
type Draft<'S, 'Naming when 'S: not null>
    internal
    (
        naming: 'Naming,
        resources: Resources,
        steps: Registration<'S> list,
        said: (Place<'S> * Saying<'S>) list,
        settings: (Workflow<'S> -> Workflow<'S>) list
    ) =

    /// How states are named.
    [<EditorBrowsable(EditorBrowsableState.Never)>]
    member _.Naming = naming

    member _.Inserting(change: Resources -> Resources) =
        Draft(naming, change resources, steps, said, settings)

    /// With one more state.
    [<EditorBrowsable(EditorBrowsableState.Never)>]
    member _.Adding(step: Registration<'S>) =
        Draft<'S, 'Naming>(naming, resources, step :: steps, said, settings)

    /// With something more that is said of a state.
    [<EditorBrowsable(EditorBrowsableState.Never)>]
    member _.Saying(place: Place<'S>, change: Saying<'S>) =
        Draft(naming, resources, steps, (place, change) :: said, settings)

    /// With one more thing that is said of the workflow.
    [<EditorBrowsable(EditorBrowsableState.Never)>]
    member _.Setting(change: Workflow<'S> -> Workflow<'S>) =
        Draft(naming, resources, steps, said, change :: settings)

    /// The workflow: its states in the order in which they were written, then all else.
    member internal _.End() : Workflow<'S> =
        let isStray (place: Place<'S>) =
            steps |> List.forall (fun step -> not (step.Key.Equals place.Key))

        let strays = said |> List.map fst |> List.filter isStray |> List.map _.Name

        if not strays.IsEmpty then
            let told = [|
                for name in List.distinct (List.rev strays) ->
                    $"Something is said of state '{name}', which has no work"
            |]

            raise (CanoException(CanoError.Of(Fault.Configuration told)))

        let rules (step: Registration<'S>) =
            (said, Rules.Unsaid)
            ||> List.foldBack (fun (place, saying) rules ->
                if step.Key.Equals place.Key then
                    saying.Change rules
                else
                    rules)

        let begun = Cases.workflow<'S> resources

        let told =
            (steps, begun)
            ||> List.foldBack (fun step workflow -> step.Tell (rules step) workflow)

        (settings, told) ||> List.foldBack (fun change workflow -> change workflow)

/// Where runs end.
[<RequireQualifiedAccess>]
module Ending =

    /// At a place.
    let at (place: Place<'S>) (workflow: Workflow<'S>) : Workflow<'S> =
        workflow.AddExitState place.State
