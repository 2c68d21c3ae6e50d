namespace Cano

open System
open System.Collections.Generic
open System.Runtime.InteropServices

/// A branch that succeeded. Index: its place in the split's list, from 0.
[<Struct>]
type BranchSuccess = {
    Index: int
    Name: string
} with

    /// For C#: `var (index, name) = success`.
    member this.Deconstruct([<Out>] index: byref<int>, [<Out>] name: byref<string>) =
        index <- this.Index
        name <- this.Name

    // C#'s == and !=.
    static member op_Equality(left: BranchSuccess, right: BranchSuccess) = left.Equals right

    static member op_Inequality(left: BranchSuccess, right: BranchSuccess) = not (left.Equals right)

/// A branch that failed for good, with its last error.
[<Struct>]
type BranchError = {
    Index: int
    Name: string
    Error: CanoError
} with

    /// For C#: `var (index, name, error) = failure`.
    member this.Deconstruct
        ([<Out>] index: byref<int>, [<Out>] name: byref<string>, [<Out>] error: byref<CanoError>)
        =
        index <- this.Index
        name <- this.Name
        error <- this.Error

    // C#'s == and !=.
    static member op_Equality(left: BranchError, right: BranchError) = left.Equals right

    static member op_Inequality(left: BranchError, right: BranchError) = not (left.Equals right)

/// A branch that had not ended when the join was decided.
[<Struct>]
type BranchCancelled = {
    Index: int
    Name: string
} with

    /// For C#: `var (index, name) = cancelled`.
    member this.Deconstruct([<Out>] index: byref<int>, [<Out>] name: byref<string>) =
        index <- this.Index
        name <- this.Name

    // C#'s == and !=.
    static member op_Equality(left: BranchCancelled, right: BranchCancelled) = left.Equals right

    static member op_Inequality(left: BranchCancelled, right: BranchCancelled) =
        not (left.Equals right)

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

    /// For C#: `var (successes, errors, cancelled) = result`.
    member this.Deconstruct
        (
            [<Out>] successes: byref<IReadOnlyList<BranchSuccess>>,
            [<Out>] errors: byref<IReadOnlyList<BranchError>>,
            [<Out>] cancelled: byref<IReadOnlyList<BranchCancelled>>
        ) =
        successes <- this.Successes
        errors <- this.Errors
        cancelled <- this.Cancelled

    // C#'s == and !=.
    static member op_Equality(left: SplitResult | null, right: SplitResult | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: SplitResult | null, right: SplitResult | null) =
        not (Object.Equals(left, right))
