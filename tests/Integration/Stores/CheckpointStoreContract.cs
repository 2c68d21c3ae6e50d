using Cano.Testing;

namespace Cano.Integration.Stores;

/// <summary>What every store promises: one list of cases, run against each.</summary>
public abstract class CheckpointStoreContract : IAsyncLifetime
{
    private protected ICheckpointStore Store { get; private set; } = null!;

    private protected VirtualTime Time { get; } = new();

    private protected abstract Task<ICheckpointStore> Open();

    public virtual async Task InitializeAsync() => Store = await Open();

    public virtual async Task DisposeAsync() => await Store.DisposeAsync();

    private protected async Task Reopen()
    {
        await Store.DisposeAsync();
        Store = await Open();
    }

    [Fact]
    [Trait("ID", "E1")]
    public async Task A_duplicate_sequence_is_refused_and_the_row_kept()
    {
        await Store.AppendAsync("a", Rows.Entered(0, "First"), 1);

        var text = await Store.AppendRefusal("a", Rows.Entered(0, "Second"), 1);

        Assert.Contains("conflict", text);
        Assert.Contains("run_id=a sequence=0", text);
        Assert.Contains("expects sequence 1: a run with this id has begun; resume it, or begin under another id", text);
        Assert.Equal([Rows.Entered(0, "First")], await Store.LoadRunAsync("a"));
    }

    [Fact]
    [Trait("ID", "E1")]
    public async Task Another_run_may_use_the_same_sequence()
    {
        await Store.AppendMany("a", 0, 2);
        await Store.AppendMany("b", 0, 2);

        Assert.Equal(2, (await Store.LoadRunAsync("b")).Count);
    }

    [Fact]
    [Trait("ID", "Y21")]
    public async Task A_gap_is_refused()
    {
        await Store.AppendMany("a", 0, 2);

        Assert.Contains("expects sequence 2", await Store.AppendRefusal("a", Rows.Entered(3), 1));
        Assert.Contains("conflict", await Store.AppendRefusal("fresh", Rows.Entered(1), 1));
        Assert.Empty(await Store.LoadRunAsync("fresh"));
    }

    [Fact]
    [Trait("ID", "E2")]
    public async Task Rows_come_in_ascending_order_and_an_unknown_run_has_none()
    {
        await Store.AppendMany("a", 0, 50);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => Rows.Entered(i)), await Store.LoadRunAsync("a"));
        Assert.Empty(await Store.LoadRunAsync("nobody"));
    }

    [Fact]
    [Trait("ID", "E3")]
    public async Task Clearing_forgets_one_run_only()
    {
        await Store.AppendMany("a", 0, 3);
        await Store.AppendMany("b", 0, 3);

        await Store.ClearAsync("a");
        await Store.ClearAsync("nobody");

        Assert.Empty(await Store.LoadRunAsync("a"));
        Assert.Equal(3, (await Store.LoadRunAsync("b")).Count);
        Assert.Equal("b", Assert.Single(await Store.List(RunFilter.All)).RunId);
    }

    [Fact]
    [Trait("ID", "E3")]
    public async Task A_cleared_run_begins_again_with_row_0_and_fence_1()
    {
        await Store.AppendMany("a", 0, 3);
        await Store.ClaimAsync("a", "someone");

        await Store.ClearAsync("a");
        await Store.AppendAsync("a", Rows.Entered(0, "Again"), 1);

        Assert.Equal([Rows.Entered(0, "Again")], await Store.LoadRunAsync("a"));
    }

    [Fact]
    [Trait("ID", "E5")]
    public async Task Sixteen_writers_on_distinct_runs_stay_isolated_and_ordered()
    {
        await Task.WhenAll(
            Enumerable.Range(0, 16).Select(n => Task.Run(() => Store.AppendMany($"run-{n}", 0, 12)))
        );

        for (var n = 0; n < 16; n++)
            Assert.Equal(
                Enumerable.Range(0, 12).Select(i => Rows.Entered(i)),
                await Store.LoadRunAsync($"run-{n}")
            );
    }

    [Fact]
    [Trait("ID", "Y21")]
    public async Task Of_racing_appends_to_one_run_exactly_one_wins()
    {
        for (var sequence = 0; sequence < 20; sequence++)
        {
            var row = Rows.Entered(sequence);
            var attempts = Enumerable
                .Range(0, 8)
                .Select(_ => Task.Run(async () => await Store.AppendAsync("a", row, 1)))
                .ToArray();
            foreach (var attempt in attempts)
                await Record.ExceptionAsync(() => attempt);

            _ = Assert.Single(attempts, attempt => attempt.IsCompletedSuccessfully);
            Assert.All(
                attempts.Where(attempt => attempt.IsFaulted),
                lost => Assert.Contains("conflict", lost.Exception!.InnerException!.Message)
            );
        }

        Assert.Equal(20, (await Store.LoadRunAsync("a")).Count);
    }

    [Fact]
    [Trait("ID", "E6")]
    public async Task A_payload_of_5_MiB_round_trips()
    {
        var bytes = new byte[5 << 20];
        new Random(7).NextBytes(bytes);
        var row = Rows.Of(0, RowKind.StepCompleted, bytes) with { NextState = "Pay" };

        await Store.AppendAsync("a", row, 1);
        await Store.AppendAsync("a", Rows.Entered(1), 1);

        Assert.Equal([row, Rows.Entered(1)], await Store.LoadRunAsync("a"));
    }

    [Fact]
    [Trait("ID", "E8")]
    public async Task An_empty_payload_is_not_a_missing_one()
    {
        await Store.AppendAsync("a", Rows.Of(0, RowKind.CursorAdvanced, []), 1);
        await Store.AppendAsync("a", Rows.Of(1, RowKind.CursorAdvanced), 1);

        var rows = await Store.LoadRunAsync("a");

        Assert.Equal(0, rows[0].Payload!.Value.Length);
        Assert.Null(rows[1].Payload);
    }

    [Fact]
    public async Task Each_claim_gives_a_higher_fence_and_shuts_out_older_writers()
    {
        await Store.AppendMany("a", 0, 1);

        var first = await Store.ClaimAsync("a", "one");
        var second = await Store.ClaimAsync("a", "two");

        Assert.True(1 < first && first < second);
        Assert.Contains("conflict", await Store.AppendRefusal("a", Rows.Entered(1), 1));
        Assert.Contains($"fence {second}", await Store.AppendRefusal("a", Rows.Entered(1), first));
        await Store.AppendAsync("a", Rows.Entered(1), second);
        Assert.Equal(2, (await Store.LoadRunAsync("a")).Count);
    }

    [Fact]
    public async Task A_claim_of_an_unknown_run_shuts_out_its_first_row()
    {
        var fence = await Store.ClaimAsync("a", "one");

        Assert.Contains("conflict", await Store.AppendRefusal("a", Rows.Entered(0), 1));
        await Store.AppendAsync("a", Rows.Entered(0), fence);
    }

    [Fact]
    public async Task A_fence_below_1_is_refused() =>
        Assert.Contains("conflict", await Store.AppendRefusal("a", Rows.Entered(0), 0));

    [Fact]
    public async Task Listing_tells_how_far_each_run_has_come()
    {
        await Store.AppendMany("a-running", 0, 2);
        await Store.AppendMany("b-rolling", 0, 1);
        await Store.AppendAsync("b-rolling", Rows.Of(1, RowKind.RollbackStarted, [1]), 1);
        await Store.AppendMany("c-failed", 0, 1);
        await Store.AppendAsync("c-failed", Rows.Of(1, RowKind.RollbackFinished, [1]), 1);
        await Store.AppendMany("d-finished", 0, 1);
        await Store.AppendAsync("d-finished", Rows.Of(1, RowKind.Finished), 1);
        await Store.ClaimAsync("e-claimed-only", "someone");

        var all = await Store.List(RunFilter.All);
        var unfinished = await Store.List(RunFilter.Unfinished);

        Assert.Equal(
            [RunStatus.Running, RunStatus.RollingBack, RunStatus.Failed, RunStatus.Finished],
            all.Select(run => run.Status)
        );
        Assert.Equal(new("a-running", RunStatus.Running, "orders", "Reserve", 1, 3, null), all[0]);
        Assert.Equal(["a-running", "b-rolling"], unfinished.Select(run => run.RunId));
    }

    [Fact]
    [Trait("ID", "Y15")]
    public async Task A_snapshot_takes_the_place_of_the_rows_before_it()
    {
        await Store.AppendMany("a", 0, 5);
        await Store.AppendAsync("a", Rows.Of(5, RowKind.Snapshot, [1]), 1);
        await Store.AppendMany("a", 6, 8);

        Assert.Equal([5L, 6L, 7L], (await Store.LoadRunAsync("a")).Select(row => row.Sequence));
        Assert.Contains("expects sequence 8", await Store.AppendRefusal("a", Rows.Entered(1), 1));
        Assert.Equal("orders", Assert.Single(await Store.List(RunFilter.All)).WorkflowName);
    }

    [Fact]
    public async Task A_run_claimed_three_times_without_progress_is_quarantined()
    {
        await Store.AppendMany("a", 0, 2);
        await Store.AppendMany("b", 0, 2);

        await Store.ClaimMany("a", 2);
        Assert.Equal(["a", "b"], await Unfinished());
        await Store.ClaimMany("a", 1);

        Assert.Equal(["b"], await Unfinished());
        Assert.Equal(RunStatus.Quarantined, await StatusOf("a"));
    }

    [Fact]
    public async Task A_quarantined_run_can_be_claimed_and_gets_out_with_progress()
    {
        await Store.AppendMany("a", 0, 2);
        await Store.ClaimMany("a", 3);

        var fence = await Store.ClaimAsync("a", "by hand");
        await Store.AppendAsync("a", Rows.Entered(2), fence);

        Assert.Equal(RunStatus.Running, await StatusOf("a"));
        await Store.ClaimMany("a", 2);
        Assert.Equal(RunStatus.Running, await StatusOf("a"));
    }

    [Theory]
    [InlineData(RowKind.StateEntered)]
    [InlineData(RowKind.Snapshot)]
    public async Task Entering_the_same_visit_again_and_summing_up_are_no_progress(RowKind kind)
    {
        await Store.AppendMany("a", 0, 2);
        for (var sequence = 2; sequence < 5; sequence++)
        {
            Assert.Equal(RunStatus.Running, await StatusOf("a"));
            var fence = await Store.ClaimAsync("a", "again");
            await Store.AppendAsync("a", Rows.Of(sequence, kind, [1]) with { Visit = 1 }, fence);
        }

        Assert.Equal(RunStatus.Quarantined, await StatusOf("a"));
    }

    [Theory]
    [InlineData(RowKind.CursorAdvanced)]
    [InlineData(RowKind.WaitStarted)]
    [InlineData(RowKind.StepCompleted)]
    [InlineData(RowKind.RollbackStarted)]
    [InlineData(RowKind.Compensated)]
    public async Task Any_other_row_of_the_same_visit_is_progress(RowKind kind)
    {
        await Store.AppendMany("a", 0, 2);
        await Store.ClaimMany("a", 2);
        var fence = await Store.ClaimAsync("a", "third");
        await Store.AppendAsync("a", Rows.Of(2, kind, [1]) with { Visit = 1 }, fence);

        Assert.NotEqual(RunStatus.Quarantined, await StatusOf("a"));
        await Store.ClaimMany("a", 2);
        Assert.NotEqual(RunStatus.Quarantined, await StatusOf("a"));
        await Store.ClaimMany("a", 1);
        Assert.Equal(RunStatus.Quarantined, await StatusOf("a"));
    }

    [Fact]
    public async Task Claims_of_a_run_that_has_ended_do_not_quarantine_it()
    {
        await Store.AppendAsync("a", Rows.Of(0, RowKind.Finished), 1);
        await Store.AppendAsync("b", Rows.Of(0, RowKind.RollbackFinished, [1]), 1);
        await Store.ClaimMany("a", 3);
        await Store.ClaimMany("b", 3);

        Assert.Equal(RunStatus.Finished, await StatusOf("a"));
        Assert.Equal(RunStatus.Failed, await StatusOf("b"));
    }

    [Fact]
    public async Task A_release_takes_the_tries_back_unless_its_fence_is_outdated()
    {
        await Store.AppendMany("a", 0, 2);
        var outdated = await Store.ClaimMany("a", 2);
        var fence = await Store.ClaimMany("a", 1);

        await Store.ReleaseAsync("a", outdated);
        await Store.ReleaseAsync("nobody", 1);
        Assert.Equal(RunStatus.Quarantined, await StatusOf("a"));
        Assert.Equal(["a"], (await Store.List(RunFilter.All)).Select(run => run.RunId));

        await Store.ReleaseAsync("a", fence);
        Assert.Equal(RunStatus.Running, await StatusOf("a"));
        await Store.ClaimMany("a", 2);
        Assert.Equal(RunStatus.Running, await StatusOf("a"));
        await Store.ClaimMany("a", 1);
        Assert.Equal(RunStatus.Quarantined, await StatusOf("a"));
    }

    [Fact]
    public async Task A_release_leaves_fence_and_rows_alone()
    {
        await Store.AppendMany("a", 0, 2);
        var fence = await Store.ClaimAsync("a", "me");

        await Store.ReleaseAsync("a", fence);

        Assert.Contains("conflict", await Store.AppendRefusal("a", Rows.Entered(2), 1));
        await Store.AppendAsync("a", Rows.Entered(2), fence);
        Assert.Equal(3, (await Store.LoadRunAsync("a")).Count);
    }

    [Fact]
    public async Task The_end_of_a_run_has_the_instant_of_its_end_row()
    {
        await Store.AppendMany("a", 0, 1);
        await Store.AppendMany("b", 0, 2);
        await Store.AppendAsync("a", Rows.Of(1, RowKind.Finished), 1);
        await Store.AppendAsync("b", Rows.Of(2, RowKind.RollbackFinished, [1]), 1);

        var ended = (await Store.List(RunFilter.All)).Select(run => run.Ended);

        Assert.Equal([Rows.MadeAt(1), Rows.MadeAt(2)], ended);
    }

    [Fact]
    public async Task The_end_of_a_run_whose_row_does_not_say_when_has_the_time_at_which_it_was_appended()
    {
        await Store.AppendMany("a", 0, 1);
        await Store.AppendMany("b", 0, 1);
        await Store.AppendMany("c", 0, 1);
        Time.Advance(TimeSpan.FromMinutes(1));
        var minute = Time.GetUtcNow();
        await Store.AppendAsync("a", Rows.Of(1, RowKind.Finished) with { WrittenAt = null }, 1);
        Time.Advance(TimeSpan.FromTicks(1));
        await Store.AppendAsync("b", Rows.Of(1, RowKind.RollbackFinished, [1]) with { WrittenAt = null }, 1);
        Time.Advance(TimeSpan.FromDays(1));

        var ended = (await Store.List(RunFilter.All)).Select(run => run.Ended);

        Assert.Equal([minute, minute + TimeSpan.FromTicks(1), null], ended);
    }

    private async Task<RunStatus> StatusOf(string id) =>
        (await Store.List(RunFilter.All)).Single(run => run.RunId == id).Status;

    private async Task<IEnumerable<string>> Unfinished() =>
        (await Store.List(RunFilter.Unfinished)).Select(run => run.RunId);

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Store.AppendAsync("a", Rows.Entered(0), 1, cancelled)
        );

        await Store.AppendAsync("a", Rows.Entered(0), 1);
    }
}

public sealed class MemoryStoreContract : CheckpointStoreContract
{
    private protected override Task<ICheckpointStore> Open() =>
        Task.FromResult<ICheckpointStore>(new MemoryCheckpointStore(Time));
}

public sealed class FasterStoreContract : CheckpointStoreContract
{
    private readonly TempDirectory directory = new();

    private protected override async Task<ICheckpointStore> Open() =>
        await FasterCheckpointStore.OpenAsync(
            directory.Path,
            new FasterCheckpointOptions { TimeProvider = Time }
        );

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        directory.Dispose();
    }

    [Fact]
    [Trait("ID", "E4")]
    public async Task Rows_and_fences_survive_close_and_reopen()
    {
        await Store.AppendMany("a", 0, 10);
        var fence = await Store.ClaimAsync("a", "someone");
        await Store.AppendMany("cleared", 0, 3);
        await Store.ClearAsync("cleared");

        await Reopen();

        Assert.Equal(Enumerable.Range(0, 10).Select(i => Rows.Entered(i)), await Store.LoadRunAsync("a"));
        Assert.Empty(await Store.LoadRunAsync("cleared"));
        Assert.Contains("conflict", await Store.AppendRefusal("a", Rows.Entered(10), fence - 1));
        await Store.AppendAsync("a", Rows.Entered(10), fence);
    }

    [Fact]
    public async Task Tries_releases_and_ends_survive_close_and_reopen()
    {
        await Store.AppendMany("ended", 0, 1);
        await Store.AppendAsync("ended", Rows.Of(1, RowKind.Finished), 1);
        var end = Rows.MadeAt(1);
        await Store.AppendMany("twice", 0, 1);
        await Store.ClaimMany("twice", 2);
        await Store.AppendMany("thrice", 0, 1);
        await Store.ClaimMany("thrice", 3);
        await Store.AppendMany("released", 0, 1);
        await Store.ReleaseAsync("released", await Store.ClaimMany("released", 3));
        var before = await Store.List(RunFilter.All);
        Time.Advance(TimeSpan.FromHours(1));

        await Reopen();

        Assert.Equal(before, await Store.List(RunFilter.All));
        Assert.Equal(
            [end, null, null, null],
            (await Store.List(RunFilter.All)).Select(run => run.Ended)
        );
        await Store.ClaimMany("twice", 1);
        await Store.ClaimMany("released", 2);
        Assert.Equal(
            [RunStatus.Finished, RunStatus.Running, RunStatus.Quarantined, RunStatus.Quarantined],
            (await Store.List(RunFilter.All)).Select(run => run.Status)
        );
    }
}
