namespace Cano.Model

open System
open Cano

/// What has become of branches under way.
[<RequireQualifiedAccess>]
type internal Branched =
    | Ended of index: int * isSuccess: bool
    /// Their time is up.
    | Late
    /// None runs any more.
    | Over

/// The branches of a split under way, of a walk that has no tasks. open': those that have not ended
/// before; leavesRows: a row tells of each end, before the next one's turn comes.
type internal WalkedBranches(stage: Stage, fork: Fork, open': int list, leavesRows: bool) =
    // Drawn when the first branch starts.
    let script = lazy Script.branches fork open' stage.Choose
    let mutable ended: (int * bool) list = []
    let mutable isStarted = false
    let mutable isStopped = false
    // Their time is up and the kernel has not heard of it.
    let mutable isLate = false

    let look isAsked =
        if not isAsked && script.Value.TimeoutAfter = Some ended.Length then
            stage.Clock.Advance(TimeSpan.FromMilliseconds(float Script.splitLimit))
            isLate <- true

    member _.Ended = ended
    member _.Stop() = isStopped <- true

    /// The row of the newest end is durable, and nobody has asked the run to stop.
    member _.Told() = look false

    /// moment: outside code is called; whether it asks the run to stop.
    member _.Next(moment: unit -> bool) =
        if not isStopped && not isStarted then
            isStarted <- true
            look false

        if isStopped then
            Branched.Over
        elif isLate then
            isLate <- false
            Branched.Late
        else
            let i = script.Value.Order[ended.Length]
            let isSuccess = script.Value.Succeed[i]
            ended <- ended @ [ i, isSuccess ]
            let isAsked = moment ()

            if not leavesRows then
                look isAsked

            Branched.Ended(i, isSuccess)

/// What a walk says of branches.
[<RequireQualifiedAccess>]
module internal WalkedBranches =

    let result nameOf total (ended: (int * bool) list) : SplitResult =
        let those ok =
            ended |> List.filter (fun (_, it) -> it = ok) |> List.map fst |> List.sort

        {
            Successes = [| for i in those true -> { Index = i; Name = nameOf i } |]
            Errors = [|
                for i in those false ->
                    {
                        Index = i
                        Name = nameOf i
                        Error = CanoError.Of(Fault.TaskExecution(Script.thrown (Script.broken i)))
                    }
            |]
            Cancelled = [|
                for i in List.except (List.map fst ended) [ 0 .. total - 1 ] ->
                    { Index = i; Name = nameOf i }
            |]
        }
