namespace Cano.Kernel

open Cano

/// One task that chooses the next state.
[<RequireQualifiedAccess>]
module internal SingleStep =

    let traits (policy: TaskPolicy) : StepTraits = TaskStep.traits policy
