namespace Cano.Kernel

open Cano

/// A task that reads items in windows, each with a journaled cursor.
[<RequireQualifiedAccess>]
module internal StreamStep =

    let traits (policy: TaskPolicy) : StepTraits = {
        TaskStep.traits policy with
            Label = "stream"
    }
