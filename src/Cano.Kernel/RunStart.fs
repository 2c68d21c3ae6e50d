namespace Cano

open System
open System.Collections.Generic
open Cano.Kernel

/// The run that a run is a child of.
[<NoComparison>]
type RunParent = {
    RunId: string
    /// The parent's own part of its effect keys, which tells it from other runs of its id; null
    /// when it has none.
    Key: string | null
} with

    // C#'s == and !=.
    static member op_Equality(left: RunParent | null, right: RunParent | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: RunParent | null, right: RunParent | null) =
        not (Object.Equals(left, right))

    /// The parent's id.
    override this.ToString() = this.RunId

/// A user's value as rows keep it: an input, an output, what a signal carries.
[<NoComparison>]
type StoredValue = {
    /// JSON in UTF-8, encoded as the row says.
    Json: byte[]
    /// The name of the value's type, for texts alone; null when it is not known.
    TypeName: string | null
} with

    // C#'s == and !=.
    static member op_Equality(left: StoredValue | null, right: StoredValue | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: StoredValue | null, right: StoredValue | null) =
        not (Object.Equals(left, right))

    /// The type, when it is known, and the size: a value may be a secret. "Order, 120 bytes of
    /// JSON".
    override this.ToString() =
        match this.TypeName with
        | null -> Words.sentence $"{this.Json.Length} bytes of JSON"
        | name -> Words.sentence $"{name}, {this.Json.Length} bytes of JSON"

/// The trace in which a run was started, in the form of W3C Trace Context.
[<NoComparison>]
type RunTrace = {
    Parent: string
    State: string | null
} with

    // C#'s == and !=.
    static member op_Equality(left: RunTrace | null, right: RunTrace | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: RunTrace | null, right: RunTrace | null) =
        not (Object.Equals(left, right))

    /// The parent, then the state when there is one, as the two headers of Trace Context carry
    /// them.
    override this.ToString() =
        match this.State with
        | null -> this.Parent
        | state -> Words.sentence $"{this.Parent}; {state}"

/// What is known of a run from its start on: it stands in the run's first row and in its snapshots.
/// Rows of format 1 say the workflow's name alone.
[<CustomEquality; NoComparison>]
type RunStart = {
    /// The name of the run's workflow; null when it has none.
    WorkflowName: string | null
    /// The stable name of the state that the run began in; null when it is not known.
    InitialState: string | null
    /// When the run was started, in UTC; null when it is not known.
    StartedAt: Nullable<DateTimeOffset>
    /// When the run may begin, in UTC; null: at once.
    NotBefore: Nullable<DateTimeOffset>
    /// The run's own part of its effect keys, 13 characters of lower-case base 32; null in a run
    /// that was begun without one.
    Key: string | null
    /// The run that this one is a child of; null when it is none.
    Parent: RunParent | null
    /// In the order of their names.
    Tags: IReadOnlyList<KeyValuePair<string, string>>
    /// Null when the run was given nothing.
    Input: StoredValue | null
    /// Null when it was started outside any trace.
    Trace: RunTrace | null
} with

    /// The start of a run of which the workflow's name is all that is known.
    static member Of(workflowName: string | null) : RunStart = {
        WorkflowName = workflowName
        InitialState = null
        StartedAt = Nullable()
        NotBefore = Nullable()
        Key = null
        Parent = null
        Tags = Array.empty
        Input = null
        Trace = null
    }

    /// The start of a run of this workflow, in this state, at this instant.
    static member Now
        (workflowName: string | null, initialState: string, startedAt: DateTimeOffset, key: string)
        : RunStart = {
        WorkflowName = workflowName
        InitialState = initialState
        StartedAt = Nullable startedAt
        NotBefore = Nullable()
        Key = key
        Parent = null
        Tags = Array.empty
        Input = null
        Trace = null
    }

    /// The same with a workflow's name.
    member internal this.WithName(workflowName: string | null) : RunStart = {
        this with
            WorkflowName = workflowName
    }

    /// The same as of a child.
    member internal this.WithParent(parent: RunParent | null) : RunStart = {
        this with
            Parent = parent
    }

    /// The same with what the run was given.
    member internal this.WithInput(input: StoredValue | null) : RunStart = {
        this with
            Input = input
    }

    /// The same with the instant at which the run was started.
    member internal this.WithStartedAt(startedAt: DateTimeOffset) : RunStart = {
        this with
            StartedAt = Nullable startedAt
    }

    /// The same with tags, in the order of their names, and the instant before which the run does
    /// not begin.
    member internal this.WithOptions
        (tags: IReadOnlyList<KeyValuePair<string, string>>, notBefore: Nullable<DateTimeOffset>)
        : RunStart = {
        this with
            Tags = tags
            NotBefore = notBefore
    }

    /// The same with the trace in which the run was started.
    member internal this.WithTrace(trace: RunTrace | null) : RunStart = { this with Trace = trace }

    member private this.Parts: (obj | null)[] = [|
        this.WorkflowName
        this.InitialState
        this.StartedAt
        this.NotBefore
        this.Key
        this.Parent
        this.Tags
        this.Input
        this.Trace
    |]

    override this.Equals(other: obj | null) =
        match other with
        | :? RunStart as other -> Contents.equal this.Parts other.Parts
        | _ -> false

    override this.GetHashCode() = Contents.hash this.Parts

    // C#'s == and !=.
    static member op_Equality(left: RunStart | null, right: RunStart | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: RunStart | null, right: RunStart | null) =
        not (Object.Equals(left, right))

    /// The workflow, where and when the run began, and whose child it is, as far as is known:
    /// "order, from Start, at 2026-02-01 08:00:00Z".
    override this.ToString() =
        String.Join(
            ", ",
            [
                match this.WorkflowName with
                | null -> "unnamed"
                | name -> name
                match this.InitialState with
                | null -> ()
                | state -> $"from {state}"
                if this.StartedAt.HasValue then
                    $"at {Words.instant this.StartedAt.Value}"
                if this.NotBefore.HasValue then
                    $"not before {Words.instant this.NotBefore.Value}"
                match this.Parent with
                | null -> ()
                | parent -> Words.sentence $"child of {parent}"
            ]
        )
