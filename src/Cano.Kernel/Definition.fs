namespace Cano

open System
open System.Collections.Generic
open Cano.Kernel

/// How a state does its work.
[<RequireQualifiedAccess; NoComparison>]
type StepKind =
    | Single of Policy: TaskPolicy
    /// Chooses the next state and leaves no row.
    | Router of Policy: TaskPolicy
    | Timer of Policy: TaskPolicy
    /// Journals an output with which it can be undone. Undo: how its compensation is tried.
    | Compensatable of Policy: TaskPolicy * Undo: TaskPolicy
    /// Repeats small steps with a journaled cursor.
    | Stepped of Policy: TaskPolicy
    /// Reads items in windows with a journaled cursor.
    | Stream of Policy: TaskPolicy
    | Split of Split: SplitDefinition
    /// Waits for signals, or until its time is up.
    | Wait of Wait: WaitDefinition
    /// Starts runs of other workflows, and waits for their ends.
    | Children of Children: ChildrenDefinition
    /// As Single, of a task that reaches nothing outside: it begins before its row is durable.
    | Pure of Policy: TaskPolicy

    // C#'s == and !=.
    static member op_Equality(left: StepKind | null, right: StepKind | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: StepKind | null, right: StepKind | null) =
        not (Object.Equals(left, right))

    /// The kind, with what it says: "Single(Exponential(3))".
    override this.ToString() =
        match this with
        | Single policy -> Words.sentence $"Single({policy})"
        | Pure policy -> Words.sentence $"Pure({policy})"
        | Router policy -> Words.sentence $"Router({policy})"
        | Timer policy -> Words.sentence $"Timer({policy})"
        | Compensatable(policy, undo) when undo = TaskPolicy.Once ->
            Words.sentence $"Compensatable({policy})"
        | Compensatable(policy, undo) -> Words.sentence $"Compensatable({policy}, undo {undo})"
        | Stepped policy -> Words.sentence $"Stepped({policy})"
        | Stream policy -> Words.sentence $"Stream({policy})"
        | Split split -> Words.sentence $"Split({split})"
        | Wait wait -> Words.sentence $"Wait({wait})"
        | Children children -> Words.sentence $"Children({children})"

/// A state that has work to do.
[<CustomEquality; NoComparison>]
type StateDefinition = {
    /// The state's stable name: it stands in journals.
    Name: string
    /// The task's name, for people: logs and diagrams.
    Task: string
    Step: StepKind
    /// The states that may follow, when declared; null means any.
    To: IReadOnlyList<string> | null
} with

    member private this.Parts: (obj | null)[] = [| this.Name; this.Task; this.Step; this.To |]

    override this.Equals(other: obj | null) =
        match other with
        | :? StateDefinition as other -> Contents.equal this.Parts other.Parts
        | _ -> false

    override this.GetHashCode() = Contents.hash this.Parts

    // C#'s == and !=.
    static member op_Equality(left: StateDefinition | null, right: StateDefinition | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: StateDefinition | null, right: StateDefinition | null) =
        not (Object.Equals(left, right))

    /// The name, the kind, and what may follow: "Pay: Single(None), then Done or Failed".
    override this.ToString() =
        match this.To with
        | null -> Words.sentence $"{this.Name}: {this.Step}"
        | following ->
            Words.sentence $"{this.Name}: {this.Step}, then "
            + String.Join(" or ", following)

/// A workflow as data: everything but the bodies of its tasks.
[<CustomEquality; NoComparison>]
type Definition = {
    /// The workflow's name in journals; null when it has none.
    Name: string | null
    Version: uint32
    States: IReadOnlyList<StateDefinition>
    /// The states in which a run ends. A state that has work too ends the run all the same.
    Exits: IReadOnlyList<string>
    /// The longest a run may take; none when null.
    TotalTimeout: Nullable<TimeSpan>
    /// The longest a rollback may take; when null, half the total timeout but at most 30 s, or no
    /// limit.
    CompensationTimeout: Nullable<TimeSpan>
    /// After how many rows a journaled run writes a snapshot, before which a store may drop its
    /// rows.
    SnapshotEvery: int
} with

    member private this.Parts: (obj | null)[] = [|
        this.Name
        this.Version
        this.States
        this.Exits
        this.TotalTimeout
        this.CompensationTimeout
        this.SnapshotEvery
    |]

    override this.Equals(other: obj | null) =
        match other with
        | :? Definition as other -> Contents.equal this.Parts other.Parts
        | _ -> false

    override this.GetHashCode() = Contents.hash this.Parts

    // C#'s == and !=.
    static member op_Equality(left: Definition | null, right: Definition | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: Definition | null, right: Definition | null) =
        not (Object.Equals(left, right))

    /// The name, the states and the exits: "order, version 2: Reserve, Pay; exits Done".
    override this.ToString() =
        let name =
            match this.Name with
            | null -> "unnamed"
            | name -> name

        let states = String.Join(", ", this.States |> Seq.map _.Name)
        let exits = String.Join(", ", this.Exits)
        Words.sentence $"{name}, version {this.Version}: {states}; exits {exits}"
