namespace Cano

/// What a scheduled flow is doing.
type FlowStatus =
    /// Waiting; it has not run yet, was reset, or its last run was cancelled.
    | Idle = 0
    | Running = 1
    /// Waiting; its last run ended well.
    | Completed = 2
    /// Waiting longer, because its last run failed.
    | Backoff = 3
    /// Failed too often: nothing starts it until it is reset.
    | Tripped = 4

/// What becomes of occurrences that passed while nobody could start them: the process was down, the
/// machine asleep, the clock set forward, or the run before was still under way.
type MissedPolicy =
    /// They are left out.
    | Skip = 0
    /// However many they are, one run makes up for them.
    | RunOnce = 1
