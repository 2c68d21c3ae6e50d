namespace Cano

open System
open System.Collections.Generic

/// How a task's attempts are bounded and repeated.
type TaskPolicy = {
    Retry: RetryMode
    /// The longest an attempt may take; none when null.
    AttemptTimeout: Nullable<TimeSpan>
}

/// A fan-out over branches, and when it goes on.
type SplitDefinition = {
    Strategy: JoinStrategy
    /// The state that follows when the join is met.
    Next: string
    /// The branches' task names; null when a function lists them while the workflow runs.
    Branches: IReadOnlyList<string> | null
    /// Counted from the start of the branches; none when null.
    Timeout: Nullable<TimeSpan>
    /// How many branches run at once; all when null.
    Bulkhead: Nullable<int>
    /// Let every branch end before the join is judged.
    WaitForAll: bool
}

/// How a state does its work.
[<RequireQualifiedAccess>]
type Step =
    | Single of Policy: TaskPolicy
    /// Chooses the next state and leaves no row.
    | Router of Policy: TaskPolicy
    | Timer of Policy: TaskPolicy
    /// Journals an output with which it can be undone.
    | Compensatable of Policy: TaskPolicy
    /// Repeats small steps with a journaled cursor.
    | Stepped of Policy: TaskPolicy
    /// Reads items in windows with a journaled cursor.
    | Stream of Policy: TaskPolicy
    | Split of Split: SplitDefinition

/// A state that has work to do.
type StateDefinition = {
    /// The state's stable name: it stands in journals.
    Name: string
    /// The task's name, for people: logs and diagrams.
    Task: string
    Step: Step
    /// The states that may follow, when declared; null means any.
    To: IReadOnlyList<string> | null
}

/// A workflow as data: everything but the bodies of its tasks.
type Definition = {
    /// The workflow's name in journals; null when it has none.
    Name: string | null
    Version: uint32
    States: IReadOnlyList<StateDefinition>
    /// The states in which a run ends. A state that has work too ends the run all the same.
    Exits: IReadOnlyList<string>
    /// The longest a run may take; none when null.
    TotalTimeout: Nullable<TimeSpan>
    /// The longest a rollback may take; when null, half the total timeout but at most 30 s, or no limit.
    CompensationTimeout: Nullable<TimeSpan>
    /// After how many rows a journaled run writes a snapshot, before which a store may drop its rows.
    SnapshotEvery: int
}
