namespace Cano

open System
open System.Collections.Generic
open Cano.Kernel

/// A fan-out over branches, and when it goes on.
[<CustomEquality; NoComparison>]
type SplitDefinition = {
    Strategy: JoinStrategy
    /// The state that follows when the join is met; null when what its branches gave chooses it.
    Next: string | null
    /// The branches' task names; null when a function lists them while the workflow runs.
    Branches: IReadOnlyList<string> | null
    /// Counted from the start of the branches; none when null.
    Timeout: Nullable<TimeSpan>
    /// How many branches run at once; all when null.
    Bulkhead: Nullable<int>
    /// Let every branch end before the join is judged.
    WaitForAll: bool
    /// Its items, and what each branch came to, are rows of their own.
    Journaled: bool
} with

    member private this.Parts: (obj | null)[] = [|
        this.Strategy
        this.Next
        this.Branches
        this.Timeout
        this.Bulkhead
        this.WaitForAll
        this.Journaled
    |]

    override this.Equals(other: obj | null) =
        match other with
        | :? SplitDefinition as other -> Contents.equal this.Parts other.Parts
        | _ -> false

    override this.GetHashCode() = Contents.hash this.Parts

    // C#'s == and !=.
    static member op_Equality(left: SplitDefinition | null, right: SplitDefinition | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: SplitDefinition | null, right: SplitDefinition | null) =
        not (Object.Equals(left, right))

    /// The branches, the strategy and what follows: "a, b: Quorum(2) to Next, timeout 5 s".
    override this.ToString() =
        let branches =
            match this.Branches with
            | null -> "listed at run time"
            | branches -> String.Join(", ", branches)

        String.concat "" [
            match this.Next with
            | null -> Words.sentence $"{branches}: {this.Strategy}"
            | next -> Words.sentence $"{branches}: {this.Strategy} to {next}"
            if this.Timeout.HasValue then
                $", timeout {Words.span this.Timeout.Value}"
            if this.Bulkhead.HasValue then
                Words.sentence $", bulkhead {this.Bulkhead.Value}"
            if this.WaitForAll then
                ", waits for all"
            if this.Journaled then
                ", journaled"
        ]
