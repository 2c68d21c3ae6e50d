using static Cano.Testing.Stores.StoreCheck;

namespace Cano.Testing.Stores;

/// <summary>Which rows a store takes, and what it gives back.</summary>
internal static class AppendCases
{
    public static IReadOnlyList<StoreCase> All { get; } =
    [
        StoreCase.Of("A duplicate sequence is refused, and the row that is there stays", DuplicateAsync),
        StoreCase.Of("Another run may use the same sequences", OtherRunAsync),
        StoreCase.Of("A gap is refused", GapAsync),
        StoreCase.Of("Rows come in ascending order, and an unknown run has none", OrderAsync),
        StoreCase.Of("Clearing forgets one run only, and an unknown one is no error", ClearAsync),
        StoreCase.Of("A cleared run begins again with row 0 and fence 1", ClearedBeginsAgainAsync),
        StoreCase.Of("Sixteen writers on runs of their own stay apart and in order", ManyWritersAsync),
        StoreCase.Of("Of racing appends to one run exactly one wins each sequence", RaceAsync),
        StoreCase.Of("A payload of 5 MiB comes back byte for byte", LargeAsync),
        StoreCase.Of("An empty payload is not a missing one", EmptyPayloadAsync),
        StoreCase.Of("Everything that a row says comes back", WholeRowAsync),
        StoreCase.Of("A snapshot takes the place of the rows before it", SnapshotAsync),
        StoreCase.Of("A cancelled append leaves nothing behind", CancelledAsync),
    ];

    private static async Task DuplicateAsync(ICheckpointStore store)
    {
        var first = StoreRows.Entered(0, "First");
        await store.AppendAsync("a", first, 1).ConfigureAwait(false);
        var text = await ConflictAsync(store, "a", StoreRows.Entered(0, "Second"), 1, "row 0 a second time")
            .ConfigureAwait(false);
        Holds(
            text.Contains("run_id=a sequence=0", StringComparison.Ordinal),
            $"the refusal names run and sequence: \"{text}\""
        );
        await RowsAsync(store, "a", [first], "after the refusal").ConfigureAwait(false);
    }

    private static async Task OtherRunAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 2).ConfigureAwait(false);
        await StoreRows.AppendAsync(store, "b", 0, 2).ConfigureAwait(false);
        await RowsAsync(store, "b", StoreRows.Many(0, 2), "the second run").ConfigureAwait(false);
    }

    private static async Task GapAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 2).ConfigureAwait(false);
        await ConflictAsync(store, "a", StoreRows.Entered(3), 1, "row 3 behind row 1").ConfigureAwait(false);
        await ConflictAsync(store, "fresh", StoreRows.Entered(1), 1, "row 1 of a run without row 0")
            .ConfigureAwait(false);
        await RowsAsync(store, "fresh", [], "a run whose only row was refused").ConfigureAwait(false);
    }

    private static async Task OrderAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 50).ConfigureAwait(false);
        await RowsAsync(store, "a", StoreRows.Many(0, 50), "fifty rows").ConfigureAwait(false);
        await RowsAsync(store, "nobody", [], "an unknown run").ConfigureAwait(false);
    }

    private static async Task ClearAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 3).ConfigureAwait(false);
        await StoreRows.AppendAsync(store, "b", 0, 3).ConfigureAwait(false);
        await store.ClearAsync("a").ConfigureAwait(false);
        await store.ClearAsync("nobody").ConfigureAwait(false);
        await RowsAsync(store, "a", [], "the cleared run").ConfigureAwait(false);
        await RowsAsync(store, "b", StoreRows.Many(0, 3), "the other run").ConfigureAwait(false);
        var listed = await ListAsync(store, RunFilter.All).ConfigureAwait(false);
        Same(["b"], listed.Select(run => run.RunId), "the list");
    }

    private static async Task ClearedBeginsAgainAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 3).ConfigureAwait(false);
        await store.ClaimAsync("a", "someone").ConfigureAwait(false);
        await store.ClearAsync("a").ConfigureAwait(false);
        var again = StoreRows.Entered(0, "Again");
        await store.AppendAsync("a", again, 1).ConfigureAwait(false);
        await RowsAsync(store, "a", [again], "the run begun again").ConfigureAwait(false);
    }

    private static async Task ManyWritersAsync(ICheckpointStore store)
    {
        await Task.WhenAll(
                Enumerable
                    .Range(0, 16)
                    .Select(n => Task.Run(() => StoreRows.AppendAsync(store, $"run-{n}", 0, 12)))
            )
            .ConfigureAwait(false);
        for (var n = 0; n < 16; n++)
            await RowsAsync(store, $"run-{n}", StoreRows.Many(0, 12), $"writer {n}").ConfigureAwait(false);
    }

    private static async Task RaceAsync(ICheckpointStore store)
    {
        for (var sequence = 0; sequence < 20; sequence++)
        {
            var row = StoreRows.Entered(sequence);
            var wins = await Task.WhenAll(
                    Enumerable.Range(0, 8).Select(_ => Task.Run(() => WinsAsync(store, row)))
                )
                .ConfigureAwait(false);
            Equal(1, wins.Count(won => won), $"winners of sequence {sequence}");
        }

        await RowsAsync(store, "a", StoreRows.Many(0, 20), "after the races").ConfigureAwait(false);
    }

    private static async Task<bool> WinsAsync(ICheckpointStore store, CheckpointRow row)
    {
        try
        {
            await store.AppendAsync("a", row, 1).ConfigureAwait(false);
            return true;
        }
        catch (CanoException lost) when (lost.Error.Message.Contains("conflict", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private static async Task LargeAsync(ICheckpointStore store)
    {
        var bytes = new byte[5 << 20];
        new Random(7).NextBytes(bytes);
        var large = StoreRows.Of(0, RowKind.StepCompleted, bytes) with { NextState = "Pay" };
        await store.AppendAsync("a", large, 1).ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Entered(1), 1).ConfigureAwait(false);
        var rows = await store.LoadRunAsync("a").ConfigureAwait(false);
        Holds(
            rows is [var read, _] && read.Equals(large),
            "a row of 5 MiB and the one behind it come back as they were given"
        );
    }

    private static async Task EmptyPayloadAsync(ICheckpointStore store)
    {
        CheckpointRow[] rows =
        [
            StoreRows.Of(0, RowKind.CursorAdvanced, []),
            StoreRows.Of(1, RowKind.CursorAdvanced),
        ];
        foreach (var row in rows)
            await store.AppendAsync("a", row, 1).ConfigureAwait(false);
        var read = await store.LoadRunAsync("a").ConfigureAwait(false);
        Holds(read[0].Payload is { Length: 0 }, "a payload without bytes is there");
        Holds(read[1].Payload is null, "a missing payload is missing");
    }

    private static async Task WholeRowAsync(ICheckpointStore store)
    {
        var whole = StoreRows.Of(0, RowKind.StepCompleted, [1, 2, 3]) with
        {
            NextState = "Pay",
            Data = new byte[] { 4, 5 },
        };
        await store.AppendAsync("a", whole, 1).ConfigureAwait(false);
        await RowsAsync(store, "a", [whole], "a row with all that it can say").ConfigureAwait(false);
    }

    private static async Task SnapshotAsync(ICheckpointStore store)
    {
        await StoreRows.AppendAsync(store, "a", 0, 5).ConfigureAwait(false);
        await store.AppendAsync("a", StoreRows.Of(5, RowKind.Snapshot, [1]), 1).ConfigureAwait(false);
        await StoreRows.AppendAsync(store, "a", 6, 8).ConfigureAwait(false);
        var rows = await store.LoadRunAsync("a").ConfigureAwait(false);
        // A store may keep what came before, for people; whoever resumes begins at the newest snapshot.
        Same(
            [5L, 6L, 7L],
            rows.Select(row => row.Sequence).SkipWhile(sequence => sequence < 5),
            "from the snapshot on"
        );
        await ConflictAsync(store, "a", StoreRows.Entered(1), 1, "a row that the snapshot stands for")
            .ConfigureAwait(false);
        var listed = await ListAsync(store, RunFilter.All).ConfigureAwait(false);
        Same(["orders"], listed.Select(run => run.WorkflowName), "the workflow's name after row 0 is gone");
    }

    private static async Task CancelledAsync(ICheckpointStore store)
    {
        var isCancelled = false;
        try
        {
            await store
                .AppendAsync("a", StoreRows.Entered(0), 1, new CancellationToken(canceled: true))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            isCancelled = true;
        }

        Holds(isCancelled, "an append with a cancelled token throws OperationCanceledException");
        await store.AppendAsync("a", StoreRows.Entered(0), 1).ConfigureAwait(false);
    }
}
