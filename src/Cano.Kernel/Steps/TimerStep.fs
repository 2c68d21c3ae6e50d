namespace Cano.Kernel

open System
open Cano

/// A task that names an instant, and goes on when it has come.
[<RequireQualifiedAccess>]
module internal TimerStep =

    let traits (policy: TaskPolicy) : StepTraits =
        let traits = TaskStep.traits policy

        {
            traits with
                Label = "timer"
                Shape = StepShape.Circle
                Walk = {
                    traits.Walk with
                        Succeeds =
                            fun struct (next, _) -> [
                                Answer.WaitRequested(
                                    WaitRequest.For(Nullable DateTimeOffset.UnixEpoch)
                                )
                                Answer.Woken
                                Answer.Succeeded(Target.Of next)
                            ]
                }
        }
