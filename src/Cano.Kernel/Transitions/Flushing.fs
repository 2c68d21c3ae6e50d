namespace Cano.Kernel

open Cano

/// Of rows that are accepted and not durable yet. The one rule: nothing reaches outside before
/// every row before it is durable.
[<RequireQualifiedAccess>]
module internal Flushing =

    /// What nobody outside hears of: rows, and the task of a pure state.
    let private staysInside (plan: Plan) (start: Effect) =
        match start with
        | Effect.Await
        | Effect.Append _
        | Effect.Flush -> true
        | Effect.RunTask state -> (plan.Node state).Durability.IsDeferred
        | Effect.Continue _
        | Effect.RunSplit _
        | Effect.RunBranches _
        | Effect.NameChild _
        | Effect.AwaitChildren _
        | Effect.RecallChildren _
        | Effect.Wait _
        | Effect.Compensate _
        | Effect.Finish _ -> false

    /// The decision, or the flush that has to come before it.
    let before (plan: Plan) (decided: Transition) : Transition =
        if not decided.Run.Unflushed || staysInside plan decided.Start then
            decided
        else
            {
                Run = {
                    decided.Run with
                        Phase = Phase.Flushing(decided.Run.Phase, decided.Start)
                }
                Start = Effect.Flush
                Stop = decided.Stop
            }

    /// A row was accepted.
    let begun (run: Run) : Run = {
        run with
            Mode = run.Mode ||| RunMode.Unflushed
    }

    /// Every row is durable, or nothing more is known of them.
    let over (run: Run) : Run = {
        run with
            Mode = run.Mode &&& ~~~RunMode.Unflushed
    }

    /// What a flush was for begins.
    let flushed (run: Run) : Transition =
        match run.Phase with
        | Phase.Flushing(next, start) -> Onward.starting { over run with Phase = next } start
        | Phase.Ready
        | Phase.Appending _
        | Phase.Running
        | Phase.Waiting _
        | Phase.Splitting _
        | Phase.Joining _
        | Phase.Awaiting
        | Phase.Recalling _
        | Phase.Stopping _
        | Phase.Undoing _
        | Phase.Pausing _
        | Phase.Ended _ -> Onward.unchanged run
