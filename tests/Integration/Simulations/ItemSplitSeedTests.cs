using Cano.Testing;

namespace Cano.Integration.Simulations;

/// <summary>What the branches of a split give, whatever goes wrong around them.</summary>
public sealed class ItemSplitSeedTests
{
    private const int Seeds = 200;

    [Fact]
    [Trait("ID", "W2")]
    public async Task A_journaled_branch_that_has_ended_is_not_run_again_and_leaves_what_it_wrote()
    {
        var report = await Simulate.RunAsync(Journaling, Stage.Start, Seeds);
        Assert.True(report.CompletedCount > Seeds / 4, report.ToString());
        Assert.True(report.ProcessCount > report.SeedCount, report.ToString());
    }

    private static Workflow<Stage> Journaling(Simulation simulation)
    {
        var (hasBegun, isListedAgain, seesOthers, missesWrites) = (false, false, false, false);
        simulation.Invariant("items whose branches have begun are not listed again", _ => !isListedAgain);
        simulation.Invariant("a branch sees nothing of the others", _ => !seesOthers);
        simulation.Invariant("what a branch wrote that succeeded is there", _ => !missesWrites);
        return Workflow
            .Create<Stage>(new Resources().Insert("store", MemoryStore.Durable()))
            .RegisterSplit(
                Stage.Start,
                _ =>
                {
                    isListedAgain |= hasBegun;
                    return new[] { 3, 1, 2 };
                },
                (context, item, _) =>
                {
                    hasBegun = true;
                    seesOthers |= context.Store.GetOr("by", item) != item;
                    context.Store.Put("by", item);
                    context.Store.Append("all", item);
                    return new ValueTask<int>(10 * item);
                },
                JoinStrategy.PartialResults(1),
                (context, quotes) =>
                {
                    var wrote = context.Store.Get<int[]>("all");
                    missesWrites |= quotes.Succeeded.Any(quote =>
                        quote.Value != 10 * quote.Item || !wrote.Contains(quote.Item)
                    );
                    return Stage.End;
                },
                new SplitConfig { WaitForAll = true, Journaled = true }
            )
            .AddExitState(Stage.End);
    }

    [Fact]
    [Trait("ID", "W1")]
    public async Task The_state_behind_a_split_has_its_results_after_every_crash()
    {
        var report = await Simulate.RunAsync(Quoting, Stage.Start, Seeds);
        Assert.True(report.CompletedCount > Seeds / 4, report.ToString());
        Assert.True(report.ProcessCount > report.SeedCount, report.ToString());
    }

    private static Workflow<Stage> Quoting(Simulation simulation)
    {
        var (chosen, behind) = (new List<string>(), new List<string>());
        simulation.Invariant(
            "a state behind a split has what some choice of that run had",
            _ => behind.TrueForAll(chosen.Contains)
        );
        return Workflow
            .Bare<Stage>()
            .RegisterSplit(
                Stage.Start,
                _ => new[] { 3, 1, 2 },
                (_, item, _) => new ValueTask<string>($"{10 * item}"),
                JoinStrategy.Quorum(2),
                (_, quotes) =>
                {
                    chosen.Add(Told(quotes));
                    return quotes.Succeeded.Count > 1 ? Stage.Work : Stage.Stop;
                },
                new SplitConfig { WaitForAll = true }
            )
            .Register(
                Stage.Work,
                context =>
                {
                    behind.Add(Told(context.BranchResults<int, string>()));
                    return Stage.End;
                }
            )
            .AddExitStates(Stage.End, Stage.Stop);
    }

    private static string Told(BranchResults<int, string> quotes) =>
        string.Join(
            ", ",
            quotes
                .Succeeded.Select(one => $"{one.Index} {one.Item} {one.Value}")
                .Concat(quotes.Failed.Select(one => $"{one.Index} {one.Item} failed"))
                .Concat(quotes.NotNeeded.Select(item => $"{item} not needed"))
        );
}
