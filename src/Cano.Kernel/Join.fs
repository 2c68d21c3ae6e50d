namespace Cano.Kernel

open System
open Cano

/// How many branches a split has, and how many of them have ended.
[<Struct>]
type Tally = {
    Total: int
    Succeeded: int
    Failed: int
} with

    static member None: Tally = { Total = 0; Succeeded = 0; Failed = 0 }
    member this.Ended = this.Succeeded + this.Failed
    member this.Running = this.Total - this.Ended

/// What can be said of a join. Once it is met or unreachable it stays so.
[<RequireQualifiedAccess; Struct>]
type Verdict =
    | Waiting
    | Met
    | Unreachable

/// When a join is met.
[<RequireQualifiedAccess>]
module Join =

    /// How many of `total` branches must succeed.
    let private required (strategy: JoinStrategy) total =
        match strategy with
        | JoinStrategy.EveryBranch -> total
        | JoinStrategy.FirstSuccess -> 1
        | JoinStrategy.Successes n
        | JoinStrategy.Enough n -> n
        // The product of two floats may end a hair above the whole number that is meant (0.55 *
        // 100); a share however small is at least one branch.
        | JoinStrategy.Share fraction ->
            max 1 (int (Math.Ceiling(float total * fraction - 1e-9 * float total)))
        | JoinStrategy.UntilDeadline -> 0

    /// The verdict while the split's time is not up. Certain as early as it can be, in both
    /// directions.
    [<CompiledName "Verdict">]
    let verdict (strategy: JoinStrategy) (waitForAll: bool) (tally: Tally) : Verdict =
        let needed = required strategy tally.Total

        if tally.Total = 0 then
            Verdict.Met
        elif tally.Running > 0 && (waitForAll || strategy.IsUntilDeadline) then
            Verdict.Waiting
        elif tally.Succeeded >= needed then
            Verdict.Met
        elif tally.Succeeded + tally.Running < needed then
            Verdict.Unreachable
        else
            Verdict.Waiting

    /// The tally with so many more that ended alike.
    let internal ending (tally: Tally) succeeded count =
        if succeeded then
            {
                tally with
                    Succeeded = tally.Succeeded + count
            }
        else
            {
                tally with
                    Failed = tally.Failed + count
            }

    /// How many count of so many branches that ended alike, one after another: none behind the one
    /// that makes the verdict certain.
    [<CompiledName "Counted">]
    let counted (strategy: JoinStrategy) waitForAll (tally: Tally) (succeeded: bool) count : int =
        let rec from seen =
            let verdict = verdict strategy waitForAll (ending tally succeeded seen)

            if seen < count && verdict.IsWaiting then
                from (seen + 1)
            else
                seen

        from 0

    /// The tally of so many branches of which these ended, one after another: none behind the one
    /// that makes the verdict certain counts.
    let internal inOrder (strategy: JoinStrategy) waitForAll total (ended: bool list) : Tally =
        let rec count (tally: Tally) ended =
            match verdict strategy waitForAll tally, ended with
            | Verdict.Waiting, succeeded :: rest -> count (ending tally succeeded 1) rest
            | Verdict.Waiting, []
            | Verdict.Met, _
            | Verdict.Unreachable, _ -> tally

        count { Tally.None with Total = total } ended

    /// The verdict when the split's time is up; never Waiting.
    [<CompiledName "AtDeadline">]
    let atDeadline (strategy: JoinStrategy) (tally: Tally) : Verdict =
        let met =
            match strategy with
            | JoinStrategy.UntilDeadline -> tally.Ended > 0
            | _ -> tally.Succeeded >= required strategy tally.Total

        if met then Verdict.Met else Verdict.Unreachable

    let private listed (nameOf: BranchError -> string) (result: SplitResult) =
        let errorsShown = 3

        let first =
            result.Errors
            |> Seq.truncate errorsShown
            |> Seq.map (fun branch -> Words.sentence $"{nameOf branch}: {branch.Error.Message}")

        let more = result.Errors.Count - errorsShown

        String.Join("; ", first)
        + (if more > 0 then
               Words.sentence $" ... and {more} more error(s)"
           else
               "")

    /// As `failure`. nameOf: what one that failed is called.
    let internal failureOf nameOf (strategy: JoinStrategy) (timedOut: bool) (result: SplitResult) =
        let counted =
            Words.sentence
                $"{result.Successes.Count} of {result.Total} tasks completed successfully"

        let errors =
            if result.Errors.Count = 0 then
                ""
            else
                $"; errors: {listed nameOf result}"

        let text =
            match strategy with
            | JoinStrategy.UntilDeadline -> "PartialTimeout: No tasks completed before timeout"
            | _ when timedOut -> "Split task timeout exceeded"
            | JoinStrategy.Enough n ->
                Words.sentence $"PartialResults: {counted}, {n} needed{errors}"
            | _ -> Words.sentence $"Join condition not met: {counted}, strategy: {strategy}{errors}"

        CanoError.Of(Fault.Workflow text)

    /// Why a join of branches failed. timedOut: the split's time was up before its verdict.
    [<CompiledName "Failure">]
    let failure (strategy: JoinStrategy) (timedOut: bool) (result: SplitResult) : CanoError =
        failureOf (fun branch -> Words.sentence $"task {branch.Index}") strategy timedOut result
