namespace Cano

open System.Collections.Generic

/// A branch that succeeded. Index: its place in the split's list, from 0.
[<Struct>]
type BranchSuccess = { Index: int; Name: string }

/// A branch that failed for good, with its last error.
[<Struct>]
type BranchError = {
    Index: int
    Name: string
    Error: CanoError
}

/// A branch that had not ended when the join was decided.
[<Struct>]
type BranchCancelled = { Index: int; Name: string }

/// What became of the branches of a split, each list in the order of the branches' indices.
type SplitResult = {
    Successes: IReadOnlyList<BranchSuccess>
    Errors: IReadOnlyList<BranchError>
    Cancelled: IReadOnlyList<BranchCancelled>
} with

    /// How many branches ended by themselves, with success or failure.
    member this.Completed = this.Successes.Count + this.Errors.Count

    /// How many branches there were.
    member this.Total = this.Completed + this.Cancelled.Count
