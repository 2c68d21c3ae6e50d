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
    // The run was asked to stop when the newest of them ended.
    let mutable isAsked = false
    // Their time is up and the kernel has not heard of it.
    let mutable isLate = false

    let look () =
        if not isAsked && script.Value.TimeoutAfter = Some ended.Length then
            stage.Clock.Advance(TimeSpan.FromMilliseconds(float Script.splitLimit))
            isLate <- true

    member _.Ended = ended
    member _.Stop() = isStopped <- true

    /// The row of the newest end is durable, and nobody has asked the run to stop.
    member _.Told() = look ()

    /// moment: outside code is called; whether it asks the run to stop.
    member _.Next(moment: unit -> bool) =
        if not isStopped && not isStarted then
            isStarted <- true
            look ()

        if isStopped then
            Branched.Over
        elif isLate then
            isLate <- false
            Branched.Late
        else
            let i = script.Value.Order[ended.Length]
            let isSuccess = script.Value.Succeed[i]
            ended <- ended @ [ i, isSuccess ]
            isAsked <- moment ()

            if not leavesRows then
                look ()

            Branched.Ended(i, isSuccess)
