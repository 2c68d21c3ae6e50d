namespace Cano.Kernel

open System.Collections.Generic
open Cano

/// The outline of a step in a diagram.
[<RequireQualifiedAccess; Struct>]
type StepShape =
    | Box
    | Diamond
    | Circle
    | Hexagon

/// A declared way to a state that may follow, with what a diagram writes on it; "" for nothing.
[<Struct>]
type Edge = { Next: string; Text: string }

/// The declared ways out of a state.
type Ways = {
    Edges: Edge list
    /// No other state may follow.
    AreAll: bool
}

/// What the work of a step answers when somebody walks a workflow without running a task: answers
/// told one after another. What no longer fits where the run is changes nothing.
type WalkAnswers = {
    /// All of the work succeeds and chooses the next state: its number and its name.
    Succeeds: struct (int * string) -> Answer list
    /// One attempt fails; of several branches, each.
    Fails: Failure -> Answer list
    /// The work fails for good, whatever its policy.
    GivesUp: CanoError -> Answer list
    /// What is answered before the work can be told to stop, and what it answers then.
    Stops: Failure -> struct (Answer list * Answer list)
}

/// What a kind of step answers to everybody who asks: the plan, the checks, the diagrams, a walk, a
/// simulation. Each kind has a file of its own in this folder; `Steps.traits` knows which is which.
[<NoComparison; NoEquality>]
type StepTraits = {
    /// What a diagram writes behind the state's name; "" for nothing.
    Label: string
    Shape: StepShape
    /// What follows a failed attempt to undo a completed step; null when it cannot be undone.
    Undo: RetryMode | null
    /// Whether entering the state writes a row before its work.
    LeavesRow: bool
    /// When that row has to be durable.
    Durability: Durability
    /// What follows a failed attempt, by what the visit's wait has ended in; null: it has not, or
    /// for an instant alone.
    Retry: (Row | null) -> RetryMode
    /// What may follow, whatever the state declares; null when that is for the state to declare.
    Ways: Ways | null
    /// What starts the work of the state with this number.
    Begin: int -> Effect
    /// What a run does from then on.
    During: Phase
    /// The runs that the state starts; null when it starts none.
    Children: ChildrenDefinition | null
    /// The branches of which rows tell; null when it has none.
    Journaled: SplitDefinition | null
    /// Problems of the step's own. known: the states there are; state: the state's name.
    Problems: HashSet<string> -> string -> string list
    Walk: WalkAnswers
}
