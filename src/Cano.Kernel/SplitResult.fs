namespace Cano

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open Cano.Kernel

/// A branch that succeeded. Index: its place in the split's list, from 0.
[<Struct; NoComparison>]
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

    override this.ToString() =
        Words.sentence $"branch {this.Index} '{this.Name}' succeeded"

/// A branch that failed for good, with its last error.
[<Struct; CustomEquality; NoComparison>]
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
    static member op_Equality(left: BranchError, right: BranchError) =
        (left :> IEquatable<BranchError>).Equals right

    static member op_Inequality(left: BranchError, right: BranchError) = not (left = right)

    // C#'s default has no error, which the generated equality would follow.
    interface IEquatable<BranchError> with
        member this.Equals(other) =
            this.Index = other.Index
            && this.Name = other.Name
            && Object.Equals(this.Error, other.Error)

    override this.Equals(other: obj | null) =
        match other with
        | :? BranchError as other -> (this :> IEquatable<BranchError>).Equals other
        | _ -> false

    override this.GetHashCode() =
        HashCode.Combine(this.Index, this.Name, this.Error)

    override this.ToString() =
        Words.sentence $"branch {this.Index} '{this.Name}' failed: {this.Error}"

/// A branch that had not ended when the join was decided.
[<Struct; NoComparison>]
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

    override this.ToString() =
        Words.sentence $"branch {this.Index} '{this.Name}' was cancelled"

/// What became of the branches of a split, each list in the order of the branches' indices.
[<CustomEquality; NoComparison>]
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

    member private this.Parts: (obj | null)[] = [| this.Successes; this.Errors; this.Cancelled |]

    override this.Equals(other: obj | null) =
        match other with
        | :? SplitResult as other -> Contents.equal this.Parts other.Parts
        | _ -> false

    override this.GetHashCode() = Contents.hash this.Parts

    // C#'s == and !=.
    static member op_Equality(left: SplitResult | null, right: SplitResult | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: SplitResult | null, right: SplitResult | null) =
        not (Object.Equals(left, right))

    /// How many succeeded, failed and were cancelled, and what failed first.
    override this.ToString() =
        let first =
            if this.Errors.Count = 0 then
                ""
            else
                Words.sentence $"; {this.Errors[0]}"

        Words.sentence
            $"{this.Successes.Count} succeeded, {this.Errors.Count} failed, {this.Cancelled.Count} cancelled{first}"
