namespace Cano

open System
open Cano.Kernel

/// When a split goes on to its next state.
[<RequireQualifiedAccess; NoComparison>]
type JoinStrategy =
    internal
    | EveryBranch
    | FirstSuccess
    | Successes of count: int
    | Share of fraction: float
    | Enough of count: int
    | UntilDeadline

    /// Every branch must succeed.
    static member All = JoinStrategy.EveryBranch

    /// One success is enough; the other branches are cancelled.
    static member Any = JoinStrategy.FirstSuccess

    /// At least n branches must succeed; n at least 1, and at most the number of branches.
    static member Quorum(n: int) =
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1, nameof n)
        JoinStrategy.Successes n

    /// At least ceil(branches * fraction) branches must succeed; fraction above 0 and at most 1.
    static member Percentage(fraction: float) =
        if not (fraction > 0.0 && fraction <= 1.0) then
            raise (
                ArgumentOutOfRangeException(
                    nameof fraction,
                    fraction,
                    "A percentage is a part of one: above 0 and at most 1."
                )
            )

        JoinStrategy.Share fraction

    /// Goes on with the first n successes, whatever became of the others; n at least 1, and at most
    /// the number of branches.
    static member PartialResults(n: int) =
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1, nameof n)
        JoinStrategy.Enough n

    /// Takes what has ended at the deadline, success or failure; needs the join's timeout.
    static member PartialTimeout = JoinStrategy.UntilDeadline

    // C#'s == and !=.
    static member op_Equality(left: JoinStrategy | null, right: JoinStrategy | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: JoinStrategy | null, right: JoinStrategy | null) =
        not (Object.Equals(left, right))

    /// As its maker is called: "Quorum(2)".
    override this.ToString() =
        match this with
        | EveryBranch -> "All"
        | FirstSuccess -> "Any"
        | Successes n -> Words.sentence $"Quorum({n})"
        | Share fraction -> $"Percentage({Words.number fraction})"
        | Enough n -> Words.sentence $"PartialResults({n})"
        | UntilDeadline -> "PartialTimeout"
