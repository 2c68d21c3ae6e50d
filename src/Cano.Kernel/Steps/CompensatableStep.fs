namespace Cano.Kernel

open Cano

/// A task whose output is journaled, so that it can be undone.
[<RequireQualifiedAccess>]
module internal CompensatableStep =

    let traits (policy: TaskPolicy) : StepTraits =
        let traits = TaskStep.traits policy

        {
            traits with
                Label = "compensatable"
                IsUndone = true
                Walk = {
                    traits.Walk with
                        Succeeds = fun struct (next, _) -> [ Answer.Completed(next, [||]) ]
                }
        }
