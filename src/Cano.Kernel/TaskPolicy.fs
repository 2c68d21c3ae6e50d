namespace Cano

open System
open Cano.Kernel

/// How a task's attempts are bounded and repeated.
[<NoComparison>]
type TaskPolicy = {
    Retry: RetryMode
    /// The longest an attempt may take; none when null.
    AttemptTimeout: Nullable<TimeSpan>
} with

    /// One attempt, for as long as it takes.
    static member Once: TaskPolicy = {
        Retry = RetryMode.None
        AttemptTimeout = Nullable()
    }

    // C#'s == and !=.
    static member op_Equality(left: TaskPolicy | null, right: TaskPolicy | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: TaskPolicy | null, right: TaskPolicy | null) =
        not (Object.Equals(left, right))

    /// The retry, then the attempt timeout: "Exponential(3), attempt timeout 5 s".
    override this.ToString() =
        if this.AttemptTimeout.HasValue then
            Words.sentence $"{this.Retry}, attempt timeout {Words.span this.AttemptTimeout.Value}"
        else
            string this.Retry
