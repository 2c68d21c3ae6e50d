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
    Next: string
    /// How many branches; none when they are listed at each entry.
    Fixed: int option
    HasTimeout: bool
    Bulkhead: int option
    WaitsForAll: bool
}

[<RequireQualifiedAccess>]
type Work =
    | Single
    | Router
    /// Seconds.
    | Timer of wait: int
    | Compensatable
    | Stepped
    | Stream
    | Split of Fork

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
    | Cancel
    | Timeout

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
    /// At which moment the run is asked to stop; -1: before it starts. Moments are calls of bodies
    /// and compensations, appends, ends of branches and sleeps, counted from 0 over the whole
    /// story.
    Interrupt: (int * Interrupt) option
    /// For each life that ends with its process: at which of its appends, and whether that row
    /// survives.
    Deaths: (int * bool) list
    /// How often a run that failed and can be resumed is resumed.
    Resumes: int
    /// ms between two lives.
    Rest: int64
}
