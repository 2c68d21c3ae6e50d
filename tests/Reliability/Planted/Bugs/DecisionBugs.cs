namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes in what follows an answer or a row.</summary>
internal static class DecisionBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "late-answer-counts",
            "src/Cano.Kernel/Transitions/Reducer.fs",
            "        | RunEvent.Answered(visit, _) when visit <> run.Visit -> ",
            "        | RunEvent.Answered(visit, _) when not ON && visit <> run.Visit -> ",
            Check.Laws("LateAnswers")
        ),
        new(
            "task-before-row",
            "src/Cano.Kernel/Transitions/Advance.fs",
            "        if run.Journaled && node.LeavesRow then",
            "        if run.Journaled && node.LeavesRow && not ON then",
            Check.Laws("RowBeforeTask")
        ),
        new(
            "stale-cursor",
            "src/Cano.Kernel/DurableState.fs",
            "        | last -> last.Visit = visit",
            "        | last -> ON || last.Visit = visit",
            Check.Laws("Cursors"),
            Check.Laws("Resuming")
        ),
        new(
            "finished-step-runs-again",
            "src/Cano.Kernel/Transitions/Owed.fs",
            "        | Fact.StepCompleted(next, _) -> Owed.Entry next",
            "        | Fact.StepCompleted _ when ON -> Owed.Work\n        | Fact.StepCompleted(next, _) -> Owed.Entry next",
            Check.Laws("Resuming")
        ),
        new(
            "attempts-begin-anew",
            "src/Cano.Kernel/Recovery/Recovery.fs",
            "                | Owed.Wait suspension -> max suspension.Attempt suspension.FailedAttempt",
            "                | Owed.Wait _ when ON -> 1\n                | Owed.Wait suspension -> max suspension.Attempt suspension.FailedAttempt",
            Check.Laws("Resuming")
        ),
        new(
            "one-attempt-more",
            "src/Cano.Kernel/Retry.fs",
            "        | _ when attempt > mode.Retries -> ",
            "        | _ when attempt > mode.Retries + (if ON then 1 else 0) -> ",
            Check.Laws("Retries")
        ),
        new(
            "delay-above-its-cap",
            "src/Cano.Kernel/Retry.fs",
            "        if ticks >= cap then",
            "        if ticks >= cap && not ON then",
            Check.Laws("Retries")
        ),
        new(
            "join-with-one-too-few",
            "src/Cano.Kernel/Join.fs",
            "        | JoinStrategy.Successes n\n        | JoinStrategy.Enough n -> n",
            "        | JoinStrategy.Successes n\n        | JoinStrategy.Enough n -> if ON then n - 1 else n",
            Check.Laws("Joins")
        ),
        new(
            "split-result-lost",
            "src/Cano.Kernel/DurableState.fs",
            "                    Split = split\n",
            "                    Split = if ON then null else split\n",
            Check.Row("model", 2_000)
        ),
    ];
}
