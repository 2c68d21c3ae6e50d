using Cano.Testing;

namespace Cano.Integration.Stores;

/// <summary>The stores that come with Cano keep what every store promises.</summary>
public sealed class StoreContractTests
{
    public static TheoryData<StoreCase> Cases => [.. CheckpointStoreContract.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("ID", "E1")]
    [Trait("ID", "E2")]
    [Trait("ID", "E3")]
    [Trait("ID", "E5")]
    [Trait("ID", "E6")]
    [Trait("ID", "E8")]
    [Trait("ID", "E13")]
    [Trait("ID", "U1")]
    [Trait("ID", "U2")]
    [Trait("ID", "U5")]
    [Trait("ID", "Y15")]
    [Trait("ID", "Y21")]
    public Task The_store_in_memory_keeps_its_promises(StoreCase promise)
    {
        var store = new MemoryCheckpointStore();
        return promise.RunAsync(() => Task.FromResult<ICheckpointStore>(store));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("ID", "E1")]
    [Trait("ID", "E2")]
    [Trait("ID", "E3")]
    [Trait("ID", "E4")]
    [Trait("ID", "E5")]
    [Trait("ID", "E6")]
    [Trait("ID", "E8")]
    [Trait("ID", "E13")]
    [Trait("ID", "U1")]
    [Trait("ID", "U2")]
    [Trait("ID", "U5")]
    [Trait("ID", "Y15")]
    [Trait("ID", "Y21")]
    public async Task The_journal_keeps_its_promises(StoreCase promise)
    {
        using var directory = new TempDirectory();
        await promise.RunAsync(async () => await FasterCheckpointStore.OpenAsync(directory.Path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_a_run_whose_row_does_not_say_when_has_the_time_at_which_it_was_appended(
        bool onDisk
    )
    {
        using var directory = new TempDirectory();
        var time = new VirtualTime();
        await using ICheckpointStore store = onDisk
            ? await FasterCheckpointStore.OpenAsync(
                directory.Path,
                new FasterCheckpointOptions { TimeProvider = time }
            )
            : new MemoryCheckpointStore(time);
        await store.AppendMany("a", 0, 1);
        await store.AppendMany("b", 0, 1);
        await store.AppendMany("c", 0, 1);
        time.Advance(TimeSpan.FromMinutes(1));
        var minute = time.GetUtcNow();
        await store.AppendAsync("a", Rows.Of(1, RowKind.Finished) with { WrittenAt = null }, 1);
        time.Advance(TimeSpan.FromTicks(1));
        await store.AppendAsync("b", Rows.Of(1, RowKind.RollbackFinished, [1]) with { WrittenAt = null }, 1);
        time.Advance(TimeSpan.FromDays(1));

        var ended = (await store.List(RunFilter.All)).Select(run => run.EndedAt);

        Assert.Equal([minute, minute + TimeSpan.FromTicks(1), null], ended);
    }

    [Fact]
    public void Every_case_has_a_name_of_its_own() =>
        Assert.Equal(
            CheckpointStoreContract.Cases.Count,
            CheckpointStoreContract.Cases.Select(promise => promise.Name).Distinct().Count()
        );

    [Fact]
    public async Task A_store_that_breaks_a_promise_is_told_which()
    {
        var promise = CheckpointStoreContract.Cases.Single(promise =>
            promise.Name.StartsWith("A gap", StringComparison.Ordinal)
        );
        var broken = await Assert.ThrowsAsync<StoreCaseException>(() =>
            promise.RunAsync(() => Task.FromResult<ICheckpointStore>(new TakingStore()))
        );
        Assert.Equal("row 3 behind row 1: it was not refused", broken.Message);
    }

    /// <summary>Takes whatever comes.</summary>
    private sealed class TakingStore() : DelegatingCheckpointStore(new MemoryCheckpointStore())
    {
        public override async ValueTask AppendAsync(
            string runId,
            CheckpointRow row,
            long fence,
            CancellationToken cancellationToken = default
        )
        {
            if ((await Inner.LoadRunAsync(runId, cancellationToken)).Count == row.Sequence)
                await Inner.AppendAsync(runId, row, fence, cancellationToken);
        }
    }
}
