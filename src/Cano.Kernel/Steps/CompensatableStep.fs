namespace Cano.Kernel

open Cano

/// A task whose output is journaled, so that it can be undone.
[<RequireQualifiedAccess>]
module internal CompensatableStep =

    let traits (policy: TaskPolicy) (undo: TaskPolicy) : StepTraits =
        let traits = TaskStep.traits policy

        {
            traits with
                Label = "compensatable"
                Undo = undo.Retry
                Walk = {
                    traits.Walk with
                        Succeeds =
                            fun struct (next, _) -> [ Answer.Completed(Target.Of next, [||]) ]
                }
        }
