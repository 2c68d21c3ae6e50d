namespace Cano.Kernel

open Cano

/// A task that only chooses the next state, and leaves no row.
[<RequireQualifiedAccess>]
module internal RouterStep =

    let traits (policy: TaskPolicy) : StepTraits = {
        TaskStep.traits policy with
            Label = "router"
            Shape = StepShape.Diamond
            LeavesRow = false
    }
