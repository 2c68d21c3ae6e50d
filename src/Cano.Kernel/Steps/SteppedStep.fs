namespace Cano.Kernel

open Cano

/// A task that repeats small steps, each with a journaled cursor.
[<RequireQualifiedAccess>]
module internal SteppedStep =

    let traits (policy: TaskPolicy) : StepTraits = {
        TaskStep.traits policy with
            Label = "stepped"
    }
