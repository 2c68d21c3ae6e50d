using Cano.CSharp.Scheduling;
using Cano.Testing;

namespace Cano.Integration.Scheduling;

/// <summary>A scheduler that starts asks each of its stores once for what it holds.</summary>
public sealed class FlowListingTests
{
    private readonly Bench _bench = new();
    private readonly CountingStore _store = new();

    [Fact]
    [Trait("ID", "F52")]
    public async Task Four_hundred_flows_list_the_runs_of_their_store_once()
    {
        var scheduler = _bench.Scheduler;
        var work = _bench.Marking().WithCheckpointStore(_store).WithRetention(Retention.Keep);
        for (var flow = 0; flow < 400; flow++)
            scheduler = scheduler.Manual($"flow-{flow}", work, Stage.Start);

        await using var running = await scheduler.StartAsync();

        Assert.Equal(1, _store.Lists);
    }

    [Fact]
    [Trait("ID", "F52"), Trait("ID", "Y10")]
    public async Task A_run_is_found_by_each_flow_whose_it_may_be_and_by_no_other()
    {
        string[] flows = ["a", "a/b", "a/2026-03-01T00:00:00.0000000Z"];
        foreach (var flow in flows)
            await _store.AppendAsync($"{flow}/2026-03-01T00:00:10.0000000Z", Rows.Entered(0), fence: 1);

        foreach (var flow in flows)
            Assert.Equal(
                flow == flows[0] ? 2 : 1,
                (await new StoredOccurrences().OfAsync(_store, flow)).Count
            );
    }

    private sealed class CountingStore() : DelegatingCheckpointStore(new MemoryCheckpointStore())
    {
        public int Lists { get; private set; }

        // Of a store that nodes share each flow asks for its own.
        public override ISharedStore? Shared => null;

        public override IAsyncEnumerable<RunSummary> ListRunsAsync(
            RunFilter filter,
            CancellationToken cancellationToken = default
        )
        {
            Lists++;
            return base.ListRunsAsync(filter, cancellationToken);
        }
    }
}
