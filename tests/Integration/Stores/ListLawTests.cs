using System.Runtime.CompilerServices;
using Cano.FaultyDisks;
using Cano.Testing;

namespace Cano.Integration.Stores;

/// <summary>The list of runs tells the truth, after every step of any history.</summary>
public sealed class ListLawTests
{
    [Fact]
    [Trait("ID", "S11")]
    public async Task The_list_of_a_store_in_memory_is_right_after_every_step_of_ten_thousand_histories()
    {
        for (var seed = 0; seed < 10_000; seed++)
            await new ListHistory(seed).GoOnAsync(new MemoryCheckpointStore(), 14);
    }

    [Fact]
    [Trait("ID", "S11")]
    public async Task A_store_that_lists_in_any_order_is_sorted_filtered_and_paged_for()
    {
        for (var seed = 0; seed < 500; seed++)
            await new ListHistory(seed).GoOnAsync(new ReversingStore(), 14);
    }

    [Fact]
    [Trait("ID", "S11")]
    public async Task The_list_of_a_journal_is_right_after_every_step_and_every_opening()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var disk = new FaultDisk();
            var history = new ListHistory(seed);
            for (var life = 0; life < 3; life++)
            {
                await using var store = await JournalOnDisk.OpenOn(disk);
                await history.ReopenedAsync(store);
                await history.GoOnAsync(store, 20);
            }
        }
    }

    [Fact]
    [Trait("ID", "S11")]
    public async Task The_order_of_thousands_of_runs_holds_as_they_come_and_go()
    {
        var random = new Random(7);
        var store = new MemoryCheckpointStore();
        var model = new ListModel();
        foreach (var (rounds, clears) in new[] { (6000, 3), (6000, 7), (6000, 1) })
        {
            for (var round = 0; round < rounds; round++)
            {
                var id = $"run-{random.Next(4000)}";
                if (model.NewestOf(id) is null && random.Next(10) >= clears)
                {
                    var row = Rows.Entered(0) with { WrittenAt = Rows.MadeAt(random.Next(300)) };
                    await store.BeginAsync(id, row);
                    model.Take(id, row);
                }
                else if (random.Next(10) < clears)
                {
                    await store.ClearAsync(id);
                    model.Clear(id);
                }
            }

            var listed = await store.ListRunsAsync(RunFilter.All).ToListAsync();
            Assert.Equal(model.List(RunFilter.All), listed);
            var behind = RunFilter.All with { After = listed[listed.Count / 2], Limit = 700 };
            Assert.Equal(model.List(behind), await store.ListRunsAsync(behind).ToListAsync());
        }
    }

    /// <summary>Lists all that it has, whatever it is asked, the oldest first.</summary>
    private sealed class ReversingStore() : DelegatingCheckpointStore(new MemoryCheckpointStore())
    {
        public override async IAsyncEnumerable<RunSummary> ListRunsAsync(
            RunFilter filter,
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            foreach (var run in (await Inner.List(RunFilter.All)).AsEnumerable().Reverse())
                yield return run;
        }
    }
}
