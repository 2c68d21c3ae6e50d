using Cano.FaultyDisks;

namespace Cano.Integration.Stores;

/// <summary>Fences rise for ever.</summary>
public sealed class FenceTests
{
    private readonly FaultDisk _disk = new() { KeepsHistory = false };

    [Theory]
    [Trait("ID", "F85")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_journal_that_is_opened_again_gives_higher_fences_than_any_whose_space_it_gave_back(
        bool isOpenedBefore
    )
    {
        long claimed;
        await using (var store = await OpenAsync())
        {
            await store.BeginAsync("a", Rows.Entered(0));
            claimed = await store.ClaimAsync("a", "late");
            await store.ClearAsync("a");
            for (var run = 0; run < 3_000; run++)
            {
                var fence = await store.BeginAsync($"run-{run}", Rows.Entered(0));
                Assert.True(fence > claimed);
                claimed = await store.ClaimAsync($"run-{run}", "late");
                await store.ClearAsync($"run-{run}");
            }
        }

        Assert.False(_disk.Has("/journal/journal.log.0"));
        if (isOpenedBefore)
            await (await OpenAsync()).DisposeAsync();
        await using var again = await OpenAsync();
        Assert.Empty(await again.List(RunFilter.All));
        var next = await again.BeginAsync("a", Rows.Entered(0));
        Assert.True(next > claimed, $"{next} after {claimed}");
    }

    [Fact]
    [Trait("ID", "F85")]
    public async Task A_fence_that_a_writer_made_up_does_not_use_up_those_of_others()
    {
        await using var store = await OpenAsync();
        await store.AppendAsync("a", Rows.Entered(0), long.MaxValue - 1);
        Assert.Equal(long.MaxValue, await store.ClaimAsync("a", "somebody"));
        Assert.InRange(await store.BeginAsync("b", Rows.Entered(0)), 1, 10);
        Assert.InRange(await store.ClaimAsync("b", "somebody"), 2, 10);
    }

    [Fact]
    [Trait("ID", "F85")]
    public async Task A_store_of_five_members_serves_runs_as_before()
    {
        ICheckpointStore store = new FiveMemberStore();
        Assert.Equal(AppendRule.FirstFence, await store.BeginAsync("a", Rows.Entered(0)));
        await Assert.ThrowsAnyAsync<CanoException>(async () => await store.BeginAsync("b", Rows.Entered(1)));
        var workflow = new Trail().Through(Stage.Start, Stage.Next, Stage.End).WithCheckpointStore(store);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start, "run"));
    }

    private Task<FasterCheckpointStore> OpenAsync() =>
        FasterCheckpointStore.OpenAsync(
            "/journal",
            new FasterCheckpointOptions
            {
                PageSizeBits = 16,
                MemorySizeBits = 18,
                SegmentSizeBits = 16,
                Disk = _disk,
            }
        );
}
