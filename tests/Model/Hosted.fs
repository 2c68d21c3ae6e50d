namespace Cano.Model

open System
open System.Threading.Tasks
open Cano.Kernel
open Cano.Runtime.StoredRuns

/// What an engine is to a run with children: where they are.
type internal Hosted(stage: Stage) =
    /// Who is under way, and when they are to have ended.
    let underWay () =
        match stage.Durable.FanOut with
        | null -> [], Nullable()
        | fan ->
            FanOut.underWay fan,
            match fan.Listing with
            | null -> Nullable()
            | listing -> listing.Due

    let answer (ending: ChildEnding option) =
        ValueTask<ChildEnding | null>(Option.toObj ending)

    let children = {
        new IChildRuns with
            member _.LookAsync(_, child) =
                let these, due = underWay ()
                answer (stage.Nursery.Look(these, due, child))

            member _.RecallAsync(_, child) =
                answer (stage.Nursery.Recall(fst (underWay ()), child))

            member _.Retire id = stage.Calls.Add $"retire {id}"

            member _.Watch(_, ended) =
                stage.Nursery.Watch ended.Invoke

                {
                    new IDisposable with
                        member _.Dispose() = stage.Nursery.Unwatch()
                }
    }

    interface IRunHost with
        member _.Listens _ = false
        member _.Claimed() = ()
        member _.Parks(_, _) = false
        member _.Children = children
        member _.Appended _ = ()
