namespace Cano.FSharp

open System
open Cano

/// When a fan-out goes on, how its branches run, and what follows.
[<RequireQualifiedAccess; NoEquality; NoComparison>]
type Join<'Next> = internal {
    Strategy: JoinStrategy
    Next: 'Next
    Timeout: TimeSpan option
    Bulkhead: int option
    WaitsForAll: bool
    IsStored: bool
    IsJournaled: bool
    Branch: TaskConfig option
} with

    /// How the branches run, as the runtime takes it.
    member internal join.Config =
        SplitConfig(
            Timeout = Option.toNullable join.Timeout,
            Bulkhead = Option.toNullable join.Bulkhead,
            WaitForAll = join.WaitsForAll,
            Journaled = join.IsJournaled,
            Branch = Option.toObj join.Branch
        )

/// When a fan-out goes on: a strategy with what follows, then how its branches run.
///
///     split Quote suppliers (Join.quorum 2 Pick |> Join.timeout (TimeSpan.FromSeconds 5.))
///
/// After `each` and `children` a function follows, so they take a join without a state:
///
///     each Quote items quote (Join.quorum 2 >> Join.timeout (TimeSpan.FromSeconds 5.)) pick
[<RequireQualifiedAccess>]
module Join =

    /// A strategy, and what follows.
    let by (strategy: JoinStrategy) (next: 'Next) : Join<'Next> = {
        Strategy = strategy
        Next = next
        Timeout = None
        Bulkhead = None
        WaitsForAll = false
        IsStored = false
        IsJournaled = false
        Branch = None
    }

    /// Every branch succeeds.
    let all next = by JoinStrategy.All next

    /// One branch succeeds.
    let any next = by JoinStrategy.Any next

    /// n branches succeed; at least 1, and at most as many as there are.
    let quorum n next = by (JoinStrategy.Quorum n) next

    /// A fraction of the branches succeeds; above 0, at most 1.
    let percentage fraction next =
        by (JoinStrategy.Percentage fraction) next

    /// n branches succeed, at least 1; those that ended before are told with the rest.
    let partialResults n next = by (JoinStrategy.PartialResults n) next

    /// Whatever has succeeded by the timeout, which it needs.
    let partialTimeout next = by JoinStrategy.PartialTimeout next

    /// Refuses at once what no fan-out can have.
    let private complete (join: Join<'Next>) =
        join.Config |> ignore
        join

    /// Judges the join after this span, above zero, by the branches that have ended.
    let timeout span (join: Join<'Next>) =
        complete { join with Timeout = Some span }

    /// Runs at most n branches at once; at least 1.
    let bulkhead n (join: Join<'Next>) =
        complete { join with Bulkhead = Some n }

    /// Lets every branch end before the join is judged.
    let waitForAll (join: Join<'Next>) = { join with WaitsForAll = true }

    /// Puts what became of the branches into the store under `split_results`; of `split` alone.
    let storePartial (join: Join<'Next>) = { join with IsStored = true }

    /// Makes the result of each branch a row of its own, so that a resume runs only the others; of
    /// `each` alone.
    let journaled (join: Join<'Next>) = { join with IsJournaled = true }

    /// How each branch is tried, as `TaskConfig.Default` unless given; of `each` alone.
    let attempts config (join: Join<'Next>) = { join with Branch = Some config }
