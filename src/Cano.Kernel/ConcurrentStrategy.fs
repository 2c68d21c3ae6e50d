namespace Cano

open System
open Cano.Kernel

/// How long concurrent instances of workflows are waited for. What still runs then is cancelled.
[<NoComparison>]
type ConcurrentStrategy = internal {
    quota: Nullable<int>
    duration: Nullable<TimeSpan>
} with

    /// So many completed instances are enough; null when all are waited for.
    member this.Quota = this.quota

    /// So long they are waited for; null when there is no limit.
    member this.Duration = this.duration

    // C#'s == and !=.
    static member op_Equality(left: ConcurrentStrategy | null, right: ConcurrentStrategy | null) =
        Object.Equals(left, right)

    static member op_Inequality(left: ConcurrentStrategy | null, right: ConcurrentStrategy | null) =
        not (Object.Equals(left, right))

    /// Until every instance has ended.
    static member WaitForever = {
        quota = Nullable()
        duration = Nullable()
    }

    /// Until n instances have completed; n at least 1.
    static member WaitForQuota(n: int) =
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1, nameof n)

        {
            ConcurrentStrategy.WaitForever with
                quota = Nullable n
        }

    /// For a span, not negative.
    static member WaitDuration(span: TimeSpan) =
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero, nameof span)

        {
            ConcurrentStrategy.WaitForever with
                duration = Nullable span
        }

    /// Until n instances have completed, at least 1, or the span, not negative, is over, whichever
    /// comes first.
    static member WaitQuotaOrDuration(n: int, span: TimeSpan) = {
        ConcurrentStrategy.WaitForQuota n with
            duration = ConcurrentStrategy.WaitDuration(span).Duration
    }

    /// As its maker is called: "WaitForQuota(2)".
    override this.ToString() =
        match this.quota.HasValue, this.duration.HasValue with
        | false, false -> "WaitForever"
        | true, false -> Words.sentence $"WaitForQuota({this.quota.Value})"
        | false, true -> $"WaitDuration({Words.span this.duration.Value})"
        | true, true ->
            Words.sentence
                $"WaitQuotaOrDuration({this.quota.Value}, {Words.span this.duration.Value})"
