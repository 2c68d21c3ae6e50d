using Cano.Testing;

namespace Cano.Integration.Simulations;

/// <summary>What the branches of a split give, whatever goes wrong around them.</summary>
public sealed class ItemSplitSeedTests
{
    private const int Seeds = 200;

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
