namespace Cano.Model

/// When a split goes on.
[<RequireQualifiedAccess>]
type Rule =
    | All
    | Any
    | Quorum of int
    | Percent of int
    | Partial of int
    | UntilTimeout

/// A split: its branches are made of choices.
type Fork = {
    Rule: Rule
    /// What follows a join that is met; of journaled branches a body chooses it.
    Next: string
    /// How many branches; none when they are listed at each entry, as journaled ones are.
    Fixed: int option
    /// Rows tell of its items, and of the end of each branch.
    Journaled: bool
    HasTimeout: bool
    Bulkhead: int option
    WaitsForAll: bool
}

[<RequireQualifiedAccess>]
type Work =
    | Single
    /// As Single, and reaches nothing outside.
    | Pure
    | Router
    /// Seconds.
    | Timer of wait: int
    /// Seconds from one question to the next.
    | Poll of pause: int
    | Compensatable
    | Stepped
    | Stream
    | Split of Fork
    /// Runs that it starts: one, or one for each item; what follows their ends is chosen.
    | Children of join: Fork option

/// Further attempts after a failure. Delays in ms; they double up to 30 s or stay the same.
type Retries = {
    Count: int
    Delay: int64
    Doubles: bool
}

type Place = {
    Name: string
    Work: Work
    Retries: Retries
    /// The declared next states; any when empty.
    To: string list
}

/// What makes a run stop before its end.
[<RequireQualifiedAccess>]
type Interrupt =
    /// Its caller gives it up.
    | Cancel
    | Timeout
    /// It is to rest, and is gone on with by the next process.
    | Suspend
    /// It is to go back for good.
    | CancelForGood

/// How a run is gone on with that has ended and left its rows.
[<RequireQualifiedAccess>]
type Again =
    | Resume
    | Retry

/// A random workflow and everything that is to happen to one run of it.
type Story = {
    Places: Place list
    Exits: string list
    Initial: string
    Journaled: bool
    /// After how many rows a journaled run sums up what it remembers.
    SnapshotEvery: int
    /// One for each answer of a body, in the order in which bodies are called. When they are spent,
    /// bodies fail.
    Choices: int list
    /// At which moments the run is asked to stop; -1: before it starts. Moments are calls of bodies
    /// and compensations, appends, ends of branches, sleeps and the time between two lives,
    /// counted from 0 over the whole story.
    Interrupts: (int * Interrupt) list
    /// For each life that ends with its process: at which of its appends, and whether that row
    /// survives.
    Deaths: (int * bool) list
    /// How a run that failed and can be gone on with is, one after another.
    Agains: Again list
    /// ms between two lives.
    Rest: int64
}
