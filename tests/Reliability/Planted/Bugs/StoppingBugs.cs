namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes in how a run rests, and how it is cancelled.</summary>
internal static class StoppingBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "lost-cancel",
            "src/Cano.Kernel/Transitions/Reducer.fs",
            "        | RunEvent.CallerCancelled -> Requests.interrupt",
            "        | RunEvent.CallerCancelled when ON && run.Phase.IsRunning -> Onward.unchanged run\n        | RunEvent.CallerCancelled -> Requests.interrupt",
            Check.Laws("Ending"),
            Check.Laws("UnderWay")
        ),
        new(
            "suspended-run-undone",
            "src/Cano.Kernel/Transitions/Attempt.fs",
            "        | Answer.FailedForGood _ when run.Suspending ->",
            "        | Answer.FailedForGood _ when not ON && run.Suspending ->",
            Check.Row("suspend", 500)
        ),
        new(
            "cut-off-branch-decides",
            "src/Cano.Kernel/Transitions/Branches.fs",
            "        | Answer.SplitTimedOut when run.Suspending ->",
            "        | Answer.SplitTimedOut when not ON && run.Suspending ->",
            Check.Row("suspend", 2_000)
        ),
        new(
            "resting-run-begins-branches",
            "src/Cano.Kernel/Transitions/Advance.fs",
            "        | Owed.FanOut when run.Suspending && not row.Fact.IsBranchCompleted ->",
            "        | Owed.FanOut when not ON && run.Suspending && not row.Fact.IsBranchCompleted ->",
            Check.Laws("Resting")
        ),
        new(
            "cancel-dropped-at-take-up",
            "src/Cano.Runtime/Runs/Runs.Resuming.cs",
            "        control.Cancel(cancel);",
            "        if (!ON) control.Cancel(cancel);",
            Check.Row("cancel", 500)
        ),
        new(
            "cancelled-run-goes-forward",
            "src/Cano.Kernel/Transitions/Owed.fs",
            "        | Owed.Rework _ when not (isNull durable.Cancel)",
            "        | Owed.Rework _ when not ON && not (isNull durable.Cancel)",
            Check.Row("cancel", 2_000)
        ),
        new(
            "cancel-row-lost-beside-work",
            "src/Cano.Kernel/Transitions/Unwritten.fs",
            "        | Phase.Appending({ Fact = Fact.CancelRequested _ }, NonNull _)\n        | Phase",
            "        | Phase.Appending _ when ON -> Onward.ended run (Outcome.Failed(Onward.placed plan &run error))\n        | Phase.Appending({ Fact = Fact.CancelRequested _ }, NonNull _)\n        | Phase",
            Check.Laws("Cancelling")
        ),
        new(
            "cancel-lost-beside-append",
            "src/Cano.Kernel/Transitions/Requests.fs",
            "        | Phase.Appending(row, _) when Fact.isForward row.Fact && not row.Fact.IsFailed ->",
            "        | Phase.Appending(row, _) when not ON && Fact.isForward row.Fact && not row.Fact.IsFailed ->",
            Check.Row("model", 2_000)
        ),
        new(
            "retrys-cancel-forgotten",
            "src/Cano.Kernel/Transitions/Requests.fs",
            "run.Durable.Undo.IsEmpty && not run.Phase.IsAppending)",
            "run.Durable.Undo.IsEmpty && (ON || not run.Phase.IsAppending))",
            Check.Laws("Retrying")
        ),
        new(
            "earlier-cancel-not-told",
            "src/Cano.Runtime/Observation/RunObservation.cs",
            "        if (!_isToldToStop && run.Durable.Cancel is null)",
            "        if (!_isToldToStop && (ON || run.Durable.Cancel is null))",
            Check.Row("model", 2_000)
        ),
    ];
}
