using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>Fences, tries, quarantine and release.</summary>
internal static class ClaimCases
{
    public static IReadOnlyList<StoreCase> All { get; } =
    [
        StoreCase.Of("Each claim gives a higher fence and shuts out older writers", FencesRiseAsync),
        StoreCase.Of("A claim of an unknown run shuts out its first row", UnknownRunAsync),
        StoreCase.Of("A fence below 1 is refused", FenceBelowOneAsync),
        StoreCase.Of("A run claimed three times without progress is quarantined", QuarantineAsync),
        StoreCase.Of("A quarantined run can be claimed, and gets out with progress", LeavesQuarantineAsync),
        NoProgress(RowKind.StateEntered),
        NoProgress(RowKind.Snapshot),
        Progress(RowKind.CursorAdvanced),
        Progress(RowKind.WaitStarted),
        Progress(RowKind.StepCompleted),
        Progress(RowKind.RollbackStarted),
        Progress(RowKind.Compensated),
        StoreCase.Of("Claims of a run that has ended do not quarantine it", EndedAsync),
        StoreCase.Of("A release takes the tries back, unless its fence is outdated", ReleaseAsync),
        StoreCase.Of("A release leaves fence and rows alone", ReleaseKeepsAsync),
    ];

    private static async Task FencesRiseAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 1).ConfigureAwait(false);
        var first = await store.ClaimAsync("a", "one").ConfigureAwait(false);
        var second = await store.ClaimAsync("a", "two").ConfigureAwait(false);
        Holds(
            AppendRule.FirstFence < first && first < second,
            $"fences rise: {AppendRule.FirstFence}, {first}, {second}"
        );
        await ConflictAsync(store, "a", StoreRows.Entered(1), 1, "a writer who claimed nothing")
            .ConfigureAwait(false);
        await ConflictAsync(store, "a", StoreRows.Entered(1), first, "the first claim's writer")
            .ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(1), second).ConfigureAwait(false);
        await RowsAsync(store, "a", StoreRows.Many(0, 2), "the newest claim's writer").ConfigureAwait(false);
    }

    private static async Task UnknownRunAsync(ICheckpointStore store)
    {
        var fence = await store.ClaimAsync("a", "one").ConfigureAwait(false);
        await ConflictAsync(store, "a", StoreRows.Entered(0), 1, "row 0 of a run that was claimed before it")
            .ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(0), fence).ConfigureAwait(false);
    }

    private static Task FenceBelowOneAsync(ICheckpointStore store) =>
        ConflictAsync(store, "a", StoreRows.Entered(0), 0, "fence 0");

    private static async Task QuarantineAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 2).ConfigureAwait(false);
        await StoreRows.AppendAsync(store, "b", 0, 2).ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "a", 2).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Running, "after two claims").ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "a", 1).ConfigureAwait(false);
        await StatusIsAsync(store, "b", RunStatus.Running, "beside it").ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Quarantined, "after three claims").ConfigureAwait(false);
    }

    private static async Task LeavesQuarantineAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 2).ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "a", 3).ConfigureAwait(false);
        var fence = await store.ClaimAsync("a", "by hand").ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(2), fence).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Running, "with progress").ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "a", 2).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Running, "two claims later").ConfigureAwait(false);
    }

    private static StoreCase NoProgress(RowKind kind) =>
        StoreCase.Of(
            $"A {kind} row of the visit that was under way is no progress",
            async store =>
            {
                await StoreRows.AppendAsync(store, "a", 0, 2).ConfigureAwait(false);
                for (var sequence = 2; sequence < 5; sequence++)
                {
                    await StatusIsAsync(store, "a", RunStatus.Running, $"before claim {sequence - 1}")
                        .ConfigureAwait(false);
                    var fence = await store.ClaimAsync("a", "again").ConfigureAwait(false);
                    await store
                        .AppendAsync("a", StoreRows.Of(sequence, kind, [1]) with { Visit = 1 }, fence)
                        .ConfigureAwait(false);
                }

                await StatusIsAsync(store, "a", RunStatus.Quarantined, "after three claims")
                    .ConfigureAwait(false);
            }
        );

    private static StoreCase Progress(RowKind kind) =>
        StoreCase.Of(
            $"A {kind} row is progress",
            async store =>
            {
                await StoreRows.AppendAsync(store, "a", 0, 2).ConfigureAwait(false);
                await StoreRows.ClaimAsync(store, "a", 2).ConfigureAwait(false);
                var fence = await store.ClaimAsync("a", "third").ConfigureAwait(false);
                await store
                    .AppendAsync("a", StoreRows.Of(2, kind, [1]) with { Visit = 1 }, fence)
                    .ConfigureAwait(false);
                await StoreRows.ClaimAsync(store, "a", 2).ConfigureAwait(false);
                Holds(
                    await StatusAsync(store, "a").ConfigureAwait(false) != RunStatus.Quarantined,
                    "two claims after progress are no three"
                );
                await StoreRows.ClaimAsync(store, "a", 1).ConfigureAwait(false);
                await StatusIsAsync(store, "a", RunStatus.Quarantined, "three claims after progress")
                    .ConfigureAwait(false);
            }
        );

    private static async Task EndedAsync(ICheckpointStore store)
    {
        await store.AppendAsync("a", StoreRows.Of(0, RowKind.Finished), 1).ConfigureAwait(false);
        await store.AppendAsync("b", StoreRows.Of(0, RowKind.RollbackFinished, [1]), 1).ConfigureAwait(false);
        var before = await ListAsync(store, RunFilter.All).ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "a", 3).ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "b", 3).ConfigureAwait(false);
        var after = await ListAsync(store, RunFilter.All).ConfigureAwait(false);
        Same(before.Select(run => run.Status), after.Select(run => run.Status), "the ends that are listed");
    }

    private static async Task ReleaseAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 2).ConfigureAwait(false);
        var outdated = await StoreRows.ClaimAsync(store, "a", 2).ConfigureAwait(false);
        var fence = await StoreRows.ClaimAsync(store, "a", 1).ConfigureAwait(false);
        await store.ReleaseAsync("a", outdated).ConfigureAwait(false);
        await store.ReleaseAsync("nobody", 1).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Quarantined, "after an outdated release")
            .ConfigureAwait(false);
        Equal(
            1,
            (await ListAsync(store, RunFilter.All).ConfigureAwait(false)).Count,
            "runs after releasing an unknown one"
        );

        await store.ReleaseAsync("a", fence).ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "a", 2).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Running, "two claims after a release")
            .ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "a", 1).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Quarantined, "three claims after a release")
            .ConfigureAwait(false);
    }

    private static async Task ReleaseKeepsAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 2).ConfigureAwait(false);
        var fence = await store.ClaimAsync("a", "me").ConfigureAwait(false);
        await store.ReleaseAsync("a", fence).ConfigureAwait(false);
        await ConflictAsync(store, "a", StoreRows.Entered(2), 1, "a writer who claimed nothing")
            .ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(2), fence).ConfigureAwait(false);
        await RowsAsync(store, "a", StoreRows.Many(0, 3), "under the released fence").ConfigureAwait(false);
    }

    private static async Task StatusIsAsync(
        ICheckpointStore store,
        string id,
        RunStatus expected,
        string when
    ) => Equal(expected, await StatusAsync(store, id).ConfigureAwait(false), $"the status of '{id}' {when}");
}
