namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes of schedules and of clocks.</summary>
internal static class TimeBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "watermark-keeps-its-store",
            "src/Cano.CSharp/Scheduling/FlowJournal.cs",
            "        var watermark = new Watermark(flow.Id, members[0].OpenStoreAsync);",
            "        var kept = await members[0].OpenStoreAsync().ConfigureAwait(false);\n        var watermark = new Watermark(flow.Id, ON ? (Func<ValueTask<ICheckpointStore>>)(() => new(kept)) : members[0].OpenStoreAsync);",
            Check.Row("long-life", 2_400)
        ),
        new(
            "late-runs-nest",
            "src/Cano.CSharp/Scheduling/ScheduledFlow.Running.cs",
            "        for (FlowRun? next = run; next is not null; )",
            "        if (ON)\n        {\n            if (await RunOnceAsync(run).ConfigureAwait(false) is { } late)\n                await RunAsync(late).ConfigureAwait(false);\n            return;\n        }\n\n        for (FlowRun? next = run; next is not null; )",
            Check.Row("long-life", 2_400)
        ),
        new(
            "span-by-the-wall-clock",
            "src/Cano.Runtime/Steps/OptionalRunState.cs",
            "        SpanEnd is { } wait && wait.Due == due ?",
            "        !ON && SpanEnd is { } wait && wait.Due == due ?",
            Check.Row("schedule", 100)
        ),
        new(
            "pause-told-by-another-attempt",
            "src/Cano.Kernel/Transitions/Attempt.fs",
            "            | Owed.Wait told when told.Attempt = wait.Attempt ->",
            "            | Owed.Wait told when ON || told.Attempt = wait.Attempt ->",
            Check.Laws("Waits")
        ),
        new(
            "pause-told-by-a-much-later-one",
            "src/Cano.Kernel/Transitions/Attempt.fs",
            "(wait.Due.Value - told.Due.Value).Duration() < Suspension.JournaledAgain",
            "(wait.Due.Value - told.Due.Value).Duration() < Suspension.JournaledAgain || (ON && wait.Due.Value < told.Due.Value)",
            Check.Laws("Waits")
        ),
        new(
            "wall-clock-never-looked-at",
            "src/Cano.Runtime/Time/Moment.cs",
            "        if (_span is not null || left <= s_lookMax)",
            "        if (ON || _span is not null || left <= s_lookMax)",
            Check.Row("schedule", 100)
        ),
    ];
}
