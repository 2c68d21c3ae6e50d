using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>What a list tells of a run.</summary>
internal static class ListCases
{
    public static IReadOnlyList<StoreCase> All { get; } =
    [
        StoreCase.Of("A list tells which end each run has come to", EndStatusesAsync),
        StoreCase.Of("A list tells who waits, who is worked on and who is not", WorkedOnAsync),
        StoreCase.Of("A run that ended and is gone on with has not ended", GoneOnAsync),
        StoreCase.Of("A listed run has all that its rows' heads say", SummaryAsync),
        StoreCase.Of("A run has its start's name, parent and tags behind a snapshot too", SnapshotAsync),
        StoreCase.Of(
            "A run whose start is not told was started when its first row was written",
            OldStartAsync
        ),
        StoreCase.Of("A run that was only claimed is in no list", ClaimedOnlyAsync),
        StoreCase.Of("The end of a run has the instant of its end row", EndsAsync),
        StoreCase.Of("What a schedule keeps beside runs is in no list", WatermarkAsync),
    ];

    private static async Task EndStatusesAsync(ICheckpointStore store)
    {
        (RowKind, RowStatus, RunStatus)[] ends =
        [
            (RowKind.Finished, RowStatus.Completed, RunStatus.Completed),
            (RowKind.Failed, RowStatus.Failed, RunStatus.Failed),
            (RowKind.RollbackFinished, RowStatus.RolledBack, RunStatus.RolledBack),
            (RowKind.RollbackFinished, RowStatus.Cancelled, RunStatus.Cancelled),
            (RowKind.RollbackFinished, RowStatus.RollbackFailed, RunStatus.RollbackFailed),
        ];
        foreach (var (kind, status, expected) in ends)
        {
            var id = $"{expected}";
            await BeginAsync(store, id, StoreRows.Of(1, kind, [1]) with { Status = status })
                .ConfigureAwait(false);
            await StatusIsAsync(store, id, expected, "at its end").ConfigureAwait(false);
        }

        var listed = await ListAsync(store, RunFilter.All).ConfigureAwait(false);
        Holds(listed.All(run => run.HasEnded), "runs that ended say so");
        Same([], await ListAsync(store, RunFilter.Unfinished).ConfigureAwait(false), "the unfinished");
    }

    private static async Task WorkedOnAsync(ICheckpointStore store)
    {
        await BeginAsync(store, "a", null).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Running, "when it was begun").ConfigureAwait(false);
        await store.ReleaseAsync("a", 1).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Suspended, "when it was released").ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(1), 1).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Running, "when it was gone on with").ConfigureAwait(false);
        await store.ReleaseAsync("a", 1).ConfigureAwait(false);
        var fence = await store.ClaimAsync("a", "someone").ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Running, "when it was claimed").ConfigureAwait(false);
        await store.ReleaseAsync("a", 1).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Running, "after an outdated release").ConfigureAwait(false);
        await store.AppendAsync("a", Waiting(2), fence).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Waiting, "in a wait").ConfigureAwait(false);
        await store.ReleaseAsync("a", fence).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Waiting, "when nobody watches it").ConfigureAwait(false);
        await store
            .AppendAsync("a", StoreRows.Of(3, RowKind.RollbackStarted, [1]), fence)
            .ConfigureAwait(false);
        await store.ReleaseAsync("a", fence).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.RollingBack, "on its way back").ConfigureAwait(false);
        await StoreRows.ClaimAsync(store, "a", 3).ConfigureAwait(false);
        await StatusIsAsync(store, "a", RunStatus.Quarantined, "after three claims").ConfigureAwait(false);
    }

    private static async Task GoneOnAsync(ICheckpointStore store)
    {
        var failed = StoreRows.Of(1, RowKind.Failed, [1]) with
        {
            Status = RowStatus.Failed,
            Category = "timeout",
        };
        await BeginAsync(store, "a", failed).ConfigureAwait(false);
        var ended = (await ListAsync(store, RunFilter.All).ConfigureAwait(false)).Single();
        Equal("timeout", ended.Category, "the category of the failed run");
        Equal(StoreRows.MadeAt(1), ended.EndedAt, "the end of the failed run");
        await store.AppendAsync("a", StoreRows.Entered(2), 1).ConfigureAwait(false);
        var listed = (await ListAsync(store, RunFilter.Unfinished).ConfigureAwait(false)).Single();
        Equal(RunStatus.Running, listed.Status, "the status of the run that is gone on with");
        Equal(null, listed.EndedAt, "its end");
        Equal(null, listed.Category, "its category");
    }

    private static async Task SummaryAsync(ICheckpointStore store)
    {
        var start = Start("orders", StoreRows.MadeAt(-60));
        await store.AppendAsync("a", StoreRows.Entered(0) with { Start = start }, 1).ConfigureAwait(false);
        await store.AppendAsync("a", Waiting(1), 1).ConfigureAwait(false);
        var expected = new RunSummary("a", RunStatus.Waiting, "orders", "Reserve", 1, 3, null)
        {
            Visit = 1,
            StartedAt = StoreRows.MadeAt(-60),
            UpdatedAt = StoreRows.MadeAt(1),
            WakesAt = StoreRows.MadeAt(3600),
            ParentRunId = "parent",
            Tags = new Dictionary<string, string> { ["region"] = "eu", ["customer"] = "7" },
        };
        Same([expected], await ListAsync(store, RunFilter.All).ConfigureAwait(false), "the list");
        Holds(!expected.HasEnded, "a waiting run has not ended");
    }

    private static async Task SnapshotAsync(ICheckpointStore store)
    {
        var start = Start("orders", StoreRows.MadeAt(-60));
        await store.AppendAsync("a", StoreRows.Entered(0) with { Start = start }, 1).ConfigureAwait(false);
        var before = await ListAsync(store, RunFilter.All).ConfigureAwait(false);
        var snapshot = StoreRows.Of(1, RowKind.Snapshot, [1]) with
        {
            Start = start,
            Status = RowStatus.OnItsWay,
        };
        await store.AppendAsync("a", snapshot, 1).ConfigureAwait(false);
        Same(
            before.Select(run => run with { LastSequence = 1, Visit = 1, UpdatedAt = StoreRows.MadeAt(1) }),
            await ListAsync(store, RunFilter.All).ConfigureAwait(false),
            "the list behind a snapshot"
        );
    }

    private static async Task OldStartAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 2).ConfigureAwait(false);
        var listed = await ListAsync(store, RunFilter.All).ConfigureAwait(false);
        Equal(StoreRows.MadeAt(0), listed[0].StartedAt, "the start");
    }

    private static async Task ClaimedOnlyAsync(ICheckpointStore store)
    {
        await store.ClaimAsync("a", "someone").ConfigureAwait(false);
        Same([], await ListAsync(store, RunFilter.All).ConfigureAwait(false), "the list");
        Equal(null, await FindAsync(store, "a").ConfigureAwait(false), "the run that was only claimed");
    }

    private static async Task EndsAsync(ICheckpointStore store)
    {
        await BeginAsync(store, "a", StoreRows.Of(1, RowKind.Finished)).ConfigureAwait(false);
        await BeginAsync(store, "b", StoreRows.Of(1, RowKind.RollbackFinished, [1])).ConfigureAwait(false);
        await BeginAsync(store, "c", null).ConfigureAwait(false);
        var ends = (await ListAsync(store, RunFilter.All).ConfigureAwait(false)).Select(run => run.EndedAt);
        Same([StoreRows.MadeAt(1), StoreRows.MadeAt(1), null], ends, "the ends");
    }

    private static async Task WatermarkAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "nightly/watermark", 0, 1).ConfigureAwait(false);
        await StoreRows.AppendAsync(store, "watermark", 0, 1).ConfigureAwait(false);
        var listed = await ListAsync(store, RunFilter.All).ConfigureAwait(false);
        Same(["watermark"], listed.Select(run => run.RunId), "the list");
        Equal(
            null,
            await FindAsync(store, "nightly/watermark").ConfigureAwait(false),
            "a watermark as a run"
        );
        Equal(1, await CountAsync(store, RunFilter.All).ConfigureAwait(false), "the count");
    }

    private static CheckpointRow Waiting(long sequence) =>
        StoreRows.Of(sequence, RowKind.WaitStarted, [1]) with
        {
            Status = RowStatus.Waiting,
            WakesAt = StoreRows.MadeAt(3600),
        };

    private static RunStart Start(string workflow, DateTimeOffset startedAt) =>
        StoreRows.Start(workflow, startedAt, "parent", ("customer", "7"), ("region", "eu"));

    private static async Task StatusIsAsync(
        ICheckpointStore store,
        string id,
        RunStatus expected,
        string when
    ) => Equal(expected, await StatusAsync(store, id).ConfigureAwait(false), $"the status of '{id}' {when}");

    private static async Task BeginAsync(ICheckpointStore store, string id, CheckpointRow? then)
    {
        await StoreRows.AppendAsync(store, id, 0, 1).ConfigureAwait(false);
        if (then is not null)
            await store.AppendAsync(id, then, 1).ConfigureAwait(false);
    }
}
