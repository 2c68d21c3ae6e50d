namespace Cano.Model

open System.Threading.Tasks

/// The branches of a split under way: each waits at its gate for its turn.
/// leavesRows: a row tells of each end, before the next one's turn comes.
type internal Ensemble(script: Branches, leavesRows: bool) =
    let gates =
        script.Succeed
        |> Map.map (fun _ _ ->
            TaskCompletionSource TaskCreationOptions.RunContinuationsAsynchronously)

    let mutable ended = 0
    let mutable isRowDue = false
    member _.Script = script
    member _.Gate(i: int) : Task = gates[i].Task
    member _.IsUp = script.TimeoutAfter = Some ended
    member _.IsRowDue = isRowDue

    member _.End() =
        ended <- ended + 1
        isRowDue <- leavesRows

    /// Lets the branch whose turn it is go, unless the split's time is up instead.
    member this.Release() =
        isRowDue <- false

        if ended < script.Order.Length && not this.IsUp then
            gates[script.Order[ended]].SetResult()
