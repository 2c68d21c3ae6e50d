namespace Cano.Kernel

open Cano

/// What most kinds of step answer.
[<RequireQualifiedAccess>]
module internal TaskStep =

    /// A step whose work is one task's.
    let traits (policy: TaskPolicy) : StepTraits = {
        Label = ""
        Shape = StepShape.Box
        Undo = null
        LeavesRow = true
        Durability = Durability.Durable
        Retry = fun _ -> policy.Retry
        Ways = null
        Begin = Effect.RunTask
        During = Phase.Running
        Children = null
        Journaled = null
        Problems = fun _ _ -> []
        Walk = {
            Succeeds = fun struct (next, _) -> [ Answer.Succeeded next ]
            Fails = fun failure -> [ Answer.Failed failure ]
            GivesUp = fun error -> [ Answer.FailedForGood error ]
            Stops = fun failure -> struct ([], [ Answer.Failed failure ])
        }
    }
