namespace Cano.Kernel

open System.Collections.Generic
open Cano

/// What most kinds of step answer.
[<RequireQualifiedAccess>]
module internal TaskStep =

    // Alike for all: a workflow may have very many states.
    let private problems: HashSet<string> -> string -> string list = fun _ _ -> []

    let private walk: WalkAnswers = {
        Succeeds = fun struct (next, _) -> [ Answer.Succeeded(Target.Of next) ]
        Fails = fun failure -> [ Answer.Failed failure ]
        GivesUp = fun error -> [ Answer.FailedForGood error ]
        Stops = fun failure -> struct ([], [ Answer.Failed failure ])
    }

    let private unretried: StepTraits = {
        Label = ""
        Shape = StepShape.Box
        Undo = null
        LeavesRow = true
        Durability = Durability.Durable
        Retry = fun _ -> RetryMode.None
        Ways = null
        Begin = Effect.RunTask
        During = Phase.Running
        Children = null
        Journaled = null
        Problems = problems
        Walk = walk
    }

    /// A step whose work is one task's.
    let traits (policy: TaskPolicy) : StepTraits =
        match policy.Retry with
        | RetryMode.Never -> unretried
        | retry -> {
            unretried with
                Retry = fun _ -> retry
          }
