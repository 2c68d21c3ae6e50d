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
            Data = StateData.None
        }

    let rowOf (plan: Plan) (run: inref<Run>) (state: string) (fact: Fact) : Row =
        let node = plan.Node run.State
        rowIn plan run.Durable run.Visit state (if node.Name = state then node.Task else "") fact

    /// The row with which a visit begins that has begun before: what it was given is told once
    /// more.
    let entryOf (plan: Plan) (run: inref<Run>) : Row = {
        rowOf plan &run (plan.NameOf run.State) (Fact.StateEntered run.Split) with
            Data = run.Data
    }

    let placed (plan: Plan) (run: inref<Run>) (error: CanoError) : CanoError =
        error.In(plan.NameOf run.State)

    /// Work of the visit begins.
    let working (run: Run) (work: Effect) : Transition =
        starting { run with Phase = Phase.Running } work

    let awaiting (run: Run) (children: FanOut) : Transition =
        starting { run with Phase = Phase.Awaiting } (Effect.AwaitChildren children)

    let recalling (run: Run) (recall: Recall) (children: FanOut) : Transition =
        starting
            {
                run with
                    Phase = Phase.Recalling recall
            }
            (Effect.RecallChildren children)

    /// What starts the work of a visit: its beginning, or what comes after its wait, which is not
    /// repeated.
    let private starts (node: Node) visit (durable: DurableState) =
        match DurableState.wokenBy visit durable with
        | null -> node.Begin
        | row -> Effect.Continue(node.Number, row.Fact)

    /// The state's work begins, with this durable state.
    // Like every decision that each visit needs it builds what follows in one go: a run that is
    // changed and passed on is copied each time.
    let begun (plan: Plan) (run: inref<Run>) (durable: DurableState) : Transition =
        let node = plan.Node run.State

        {
            Run = {
                Durable = durable
                Phase = node.During
                Split = run.Split
                Data = run.Data
                Visit = run.Visit
                State = run.State
                Attempt = run.Attempt
                Mode = run.Mode
            }
            Start = starts node run.Visit durable
            Stop = false
        }

    /// Nothing runs until the wait is over.
    let wait (run: Run) (suspension: Suspension) (until: WaitEnd) : Transition =
        starting
            {
                run with
                    Phase = Phase.Waiting suspension
            }
            (Effect.Wait until)

    /// The branches that have not ended run, or are told to stop when their join is decided or the
    /// run is to rest: they answer first.
    let branching (run: Run) (split: SplitDefinition) (fan: FanOut) : Transition =
        let tally = FanOut.tally split fan

        let phase =
            match Join.verdict split.Strategy split.WaitForAll tally with
            | Verdict.Waiting -> Phase.Splitting(split, tally)
            | (Verdict.Met | Verdict.Unreachable) as verdict ->
                Phase.Joining(split, tally, verdict, false)

        {
            Run = { run with Phase = phase }
            Start = Effect.RunBranches run.State
            Stop = phase.IsJoining || run.Suspending
        }
