namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes in what is undone, and in which order.</summary>
internal static class RollbackBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "reversed-rollback",
            "src/Cano.Kernel/DurableState.fs",
            "                    Carried.Undo = entry :: durable.Undo",
            "                    Carried.Undo = if ON then durable.Undo @ [ entry ] else entry :: durable.Undo",
            Check.Row("rollback", 50)
        ),
        new(
            "step-left-undone",
            "src/Cano.Kernel/DurableState.fs",
            "                rest, (if isNull fault then [] else [ entry ])",
            "                (match rest with | _ :: further when ON -> further | _ -> rest), (if isNull fault then [] else [ entry ])",
            Check.Row("rollback", 50)
        ),
        new(
            "rollback-turns-forward",
            "src/Cano.Kernel/Transitions/Reducer.fs",
            "        | Owed.Work\n        | Owed.FurtherWork\n        | Owed.Rework _ -> Advance.record",
            "        | Owed.Compensation when ON -> Advance.work plan &run\n        | Owed.Work\n        | Owed.FurtherWork\n        | Owed.Rework _ -> Advance.record",
            Check.Row("rollback", 50)
        ),
        new(
            "wait-in-a-rollback-turns-forward",
            "src/Cano.Kernel/Transitions/Owed.fs",
            "        | Owed.Wait suspension when not (isNull durable.Rollback)",
            "        | Owed.Wait suspension when not ON && not (isNull durable.Rollback)",
            Check.Laws("UndoRetries")
        ),
        new(
            "rollback-after-lost-append",
            "src/Cano.Kernel/Transitions/Unwritten.fs",
            "            Onward.ended (Flushing.over run) (Outcome.Failed(Onward.placed plan &run error))",
            "            if ON then Advance.fail plan run error else Onward.ended (Flushing.over run) (Outcome.Failed(Onward.placed plan &run error))",
            Check.Laws("Ending"),
            Check.Laws("RollingBack")
        ),
        new(
            "retry-oldest-first",
            "src/Cano.Kernel/DurableState.fs",
            "|> List.sortByDescending _.Sequence",
            "|> List.sortBy (fun entry -> if ON then entry.Sequence else -entry.Sequence)",
            Check.Row("model", 2_000)
        ),
    ];
}
