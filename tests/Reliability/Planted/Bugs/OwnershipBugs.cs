namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes in who works on a run, how often, and until when it is there.</summary>
internal static class OwnershipBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "never-quarantined",
            "src/Cano.Kernel/Quarantine.fs",
            "tries >= Limit",
            "tries >= Limit && not ON",
            Check.Row("poison", 20)
        ),
        new(
            "ended-run-not-forgotten",
            "src/Cano.Runtime/StoredRuns/RunJournal.cs",
            "KeepsRows ? default",
            "KeepsRows || ON ? default",
            Check.Row("rollback", 50)
        ),
        new(
            "mark-before-proof",
            "src/Cano.Runtime/StoredRuns/LiveRuns.cs",
            "            var granted = default(Mark);",
            "            var granted = ON ? this : default(Mark);",
            Check.Row("race", 200)
        ),
        new(
            "who-rests-is-not-waited-for",
            "src/Cano.CSharp/Engine/EngineRuns.Entering.cs",
            "            if (other is null || IsSuspended || !await",
            "            if (ON || other is null || IsSuspended || !await",
            Check.Row("starts", 200)
        ),
        new(
            "retry-is-no-row",
            "src/Cano.Runtime/Runs/Runs.Resuming.cs",
            "request.For == TakeUpFor.Retry ? RunEvent.Retried",
            "request.For == TakeUpFor.Retry && !ON ? RunEvent.Retried",
            Check.Row("starts", 200)
        ),
        new(
            "retry-takes-no-tries-back",
            "src/Cano.Runtime/Runs/Runs.Claiming.cs",
            "        if (why != TakeUpFor.Retry)\n",
            "        if (ON || why != TakeUpFor.Retry)\n",
            Check.Row("starts", 200)
        ),
        new(
            "living-node-robbed",
            "src/Cano.Runtime/Checkpoints/MemoryCheckpointStore.Rows.cs",
            "                ClaimIf.Free => Owner is null",
            "                ClaimIf.Free => ON || Owner is null",
            Check.Row("nodes", 60)
        ),
        new(
            "cut-off-node-buries",
            "src/Cano.Runtime/Checkpoints/NodeRegistry.cs",
            "now - watcher.BeatsSince >= node.Lease.Span",
            "(ON || now - watcher.BeatsSince >= node.Lease.Span)",
            Check.Row("nodes", 600)
        ),
        new(
            "due-run-claimed-and-forgotten",
            "src/Cano.CSharp/Engine/EngineRuns.Parking.cs",
            "            Workflows.Find(name, version) is { } workflow",
            "            !ON && Workflows.Find(name, version) is { } workflow",
            Check.Row("nodes", 60)
        ),
        new(
            "signal-makes-nothing-due",
            "src/Cano.Runtime/Checkpoints/MemoryCheckpointStore.Inbox.cs",
            "            Ring(run);",
            "            if (!ON)\n                Ring(run);",
            Check.Row("nodes", 60)
        ),
        new(
            "child-s-end-makes-nothing-due",
            "src/Cano.Runtime/Checkpoints/MemoryCheckpointStore.cs",
            "            Ring(waiting);",
            "            if (ON)\n                waiting.Ring();\n            else\n                Ring(waiting);",
            Check.Row("nodes", 60)
        ),
        new(
            "clock-wrong-for-a-while-unnoticed",
            "src/Cano.Runtime/Checkpoints/NodeRegistry.cs",
            "            if (now < node.BeatAt)",
            "            if (!ON && now < node.BeatAt)",
            Check.Row("nodes", 200)
        ),
    ];
}
