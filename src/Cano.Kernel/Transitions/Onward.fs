namespace Cano.Kernel

open Cano

/// The parts of which transitions are made.
[<RequireQualifiedAccess>]
module internal Onward =

    let starting (run: Run) (start: Effect) : Transition = {
        Run = run
        Start = start
        Stop = false
    }

    /// The event changes nothing; what is under way goes on.
    let unchanged (run: Run) : Transition = starting run Effect.Await

    let stop (run: Run) : Transition = {
        Run = run
        Start = Effect.Await
        Stop = true
    }

    let ended (run: Run) (outcome: Outcome) =
        let run = { run with Phase = Phase.Ended outcome }

        starting run (Effect.Finish outcome)

    let rowIn (plan: Plan) (durable: DurableState) visit state task fact : Row =
        let sequence = durable.Sequence

        {
            Sequence = sequence
            Visit = visit
            Version = plan.Definition.Version
            Start = if sequence = 0L then durable.Start else null
            State = state
            Task = task
            Fact = fact
        }

    let rowOf (plan: Plan) (run: inref<Run>) (state: string) (fact: Fact) : Row =
        let node = plan.Node run.State
        rowIn plan run.Durable run.Visit state (if node.Name = state then node.Task else "") fact

    let placed (plan: Plan) (run: inref<Run>) (error: CanoError) : CanoError =
        error.In(plan.NameOf run.State)

    /// Work of the visit begins.
    let working (run: Run) (work: Effect) : Transition =
        starting { run with Phase = Phase.Running } work

    let awaiting (run: Run) (children: AwaitedChild list) due : Transition =
        starting { run with Phase = Phase.Awaiting } (Effect.AwaitChildren(children, due))

    let recalling (run: Run) (recall: Recall) (children: AwaitedChild list) : Transition =
        starting
            {
                run with
                    Phase = Phase.Recalling recall
            }
            (Effect.RecallChildren children)
