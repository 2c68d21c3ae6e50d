namespace Cano

open System
open System.Collections.Generic
open Cano.Kernel

/// A run that a state starts.
[<NoComparison>]
type ChildDefinition = {
    /// What tells it from its siblings; "" for an only one, and for one for each item.
    Name: string
    WorkflowName: string
    WorkflowVersion: uint32
    /// The state's stable name: it stands in journals.
    InitialState: string
} with

    // C#'s == and !=.
    static member op_Equality(left: ChildDefinition | null, right: ChildDefinition | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: ChildDefinition | null, right: ChildDefinition | null) =
        not (Object.Equals(left, right))

    /// The name, the workflow and where it begins: "stock: warehouse, version 2, from Reserve".
    override this.ToString() =
        String.concat "" [
            if this.Name <> "" then
                $"{this.Name}: "
            this.WorkflowName
            if this.WorkflowVersion > 0u then
                Words.sentence $", version {this.WorkflowVersion}"
            $", from {this.InitialState}"
        ]

/// Runs that a state starts, and when it goes on.
[<CustomEquality; NoComparison>]
type ChildrenDefinition = {
    /// Where there is one for each item: the one of them all.
    Children: IReadOnlyList<ChildDefinition>
    /// When several are done; null: there is one, and its end is waited for.
    Join: SplitDefinition | null
} with

    member private this.Parts: (obj | null)[] = [| this.Children; this.Join |]

    override this.Equals(other: obj | null) =
        match other with
        | :? ChildrenDefinition as other -> Contents.equal this.Parts other.Parts
        | _ -> false

    override this.GetHashCode() = Contents.hash this.Parts

    // C#'s == and !=.
    static member op_Equality(left: ChildrenDefinition | null, right: ChildrenDefinition | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: ChildrenDefinition | null, right: ChildrenDefinition | null) =
        not (Object.Equals(left, right))

    /// The runs and the join: "payment: pay, from Start; stock: reserve, from Start; All".
    override this.ToString() =
        String.concat "" [
            String.Join("; ", this.Children)
            match this.Join with
            | null -> ()
            | join ->
                if isNull join.Branches then
                    ", for each item"

                Words.sentence $"; {join.Strategy}"
        ]
