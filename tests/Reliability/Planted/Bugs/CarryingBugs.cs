namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes in what goes with a state.</summary>
internal static class CarryingBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "snapshot-forgets-state",
            "src/Cano.Kernel/Transitions/Snapshots.fs",
            "            Data = durable.Carried.Data\n",
            "            Data = (if ON then StateData.None else durable.Carried.Data)\n",
            Check.Laws("Carrying")
        ),
        new(
            "step-undone-with-nothing",
            "src/Cano.Kernel/DurableState.fs",
            "                Data = dataOf row.Visit durable",
            "                Data = (if ON then StateData.None else dataOf row.Visit durable)",
            Check.Laws("CaseCuts")
        ),
        new(
            "failed-router-forgets-state",
            "src/Cano.Kernel/Transitions/Advance.fs",
            "            not (isNull run.Split && run.Data.IsNone) && run.Durable.Entered <> run.Visit",
            "            not (isNull run.Split && (ON || run.Data.IsNone)) && run.Durable.Entered <> run.Visit",
            Check.Laws("CaseCuts")
        ),
        new(
            "router-walked-without-bytes",
            "src/Cano.Runtime/Loop/Interpreter.Walking.cs",
            "            target = _workflow.To(next, chosen, isKept: IsJournaled);",
            "            target = _workflow.To(next, chosen, isKept: !ON && IsJournaled);",
            Check.Laws("CaseCuts")
        ),
    ];
}
