namespace Cano.Kernel

open Cano

/// One task that chooses the next state and reaches nothing outside, so that nobody is told of it
/// before it is durable.
[<RequireQualifiedAccess>]
module internal PureStep =

    let traits (policy: TaskPolicy) : StepTraits = {
        TaskStep.traits policy with
            Label = "pure"
            Durability = Durability.Deferred
    }
