namespace Cano.Model

open System
open System.Threading.Tasks
open Cano.Kernel
open Cano.Runtime.Observation
open Cano.Runtime.StoredRuns

/// What an engine is to a run with children: where they are.
type internal Hosted(stage: Stage) =
    let answer (ending: ChildEnding option) =
        ValueTask<ChildEnding | null>(Option.toObj ending)

    let children = {
        new IChildRuns with
            member _.LookAsync(_, child) = answer (stage.Nursery.Look child)
            member _.RecallAsync(_, child) = answer (stage.Nursery.Tell child)
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
        member _.StandsStill() = ()
        member _.Claimed() = ()
        member _.Parks(_, _) = false
        member _.GoesOn() = ()
        member _.NotParked() = ()
        member _.IsDue() = ()
        member _.Children = children
        member _.Appended _ = ()

    /// Nobody else tells when the run begins to wait.
    interface IStepListener with
        member _.Stepped(_, _, _, _, transition) =
            match transition.Start with
            | Effect.AwaitChildren children -> stage.Nursery.Await children
            | Effect.RecallChildren children -> stage.Nursery.Recall children
            | Effect.Await -> ()
            | _ -> stage.Nursery.Leave()
