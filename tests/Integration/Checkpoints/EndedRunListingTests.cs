using System.Runtime.CompilerServices;
using Cano.Testing;

namespace Cano.Integration.Checkpoints;

/// <summary>Ended runs of earlier processes are found by one listing, and proven when they are
/// cleared.</summary>
public sealed class EndedRunListingTests
{
    private readonly SlowListing _store = new();
    private readonly Gate _gate = new();

    [Fact]
    [Trait("ID", "F52")]
    public async Task Workflows_of_one_store_list_its_ended_runs_once()
    {
        for (var workflow = 0; workflow < 20; workflow++)
            await Work($"work-{workflow}").OrchestrateAsync(Stage.Start, $"run-{workflow}");
        Assert.Equal(1, _store.Lists);
    }

    [Fact]
    [Trait("ID", "F52"), Trait("ID", "F5")]
    public async Task A_run_that_began_anew_while_ended_ones_were_listed_is_not_cleared()
    {
        await Work("work").WithCheckpointStore(_store.OfEarlierProcess).OrchestrateAsync(Stage.Start, "anew");
        _store.Held = new Gate();
        var other = Work("work").OrchestrateAsync(Stage.Start, "other");
        await _store.Held.Entered.Soon();
        await _store.ClearAsync("anew");
        var anew = Work("work", _gate).OrchestrateAsync(Stage.Start, "anew");
        await _gate.Entered.Soon();
        _store.Held.Open();
        await other.Soon();
        Assert.NotEmpty(await _store.LoadRunAsync("anew"));
        _gate.Open();
        Assert.Equal(Stage.End, await anew.Soon());
    }

    private Workflow<Stage> Work(string name, Gate? gate = null) =>
        Workflow
            .Bare<Stage>()
            .WithName(name)
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    if (gate is not null)
                        await gate.PassAsync(token);
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store)
            .WithRetention(Retention.KeepLast(1));

    private sealed class SlowListing() : DelegatingCheckpointStore(new MemoryCheckpointStore())
    {
        /// <summary>What it lists was so before the gate was opened.</summary>
        public Gate? Held { get; set; }

        public int Lists { get; private set; }

        public ICheckpointStore OfEarlierProcess => Inner;

        // One that is shared knows by itself what ended.
        public override ISharedStore? Shared => null;

        public override async IAsyncEnumerable<RunSummary> ListRunsAsync(
            RunFilter filter,
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            Lists++;
            await foreach (var run in Inner.ListRunsAsync(filter, cancellationToken))
            {
                if (Held is not null)
                    await Held.HoldAsync();
                yield return run;
            }
        }

        public override ValueTask DisposeAsync() => default;
    }
}
