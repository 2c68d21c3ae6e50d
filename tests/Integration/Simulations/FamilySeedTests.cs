using Cano.Testing;

namespace Cano.Integration.Simulations;

/// <summary>Children are simulated in the world of their parent, with faults of their own.</summary>
public sealed class FamilySeedTests
{
    private const int Seeds = 300;

    // An engine holds its runs by itself: nobody awaits them who could give one up.
    private const SimulationFaults Possible = SimulationFaults.Default & ~SimulationFaults.Cancel;

    private static readonly SimulationOptions s_told = new SimulationOptions().WithSignal(Orders.Confirm);

    [Theory]
    [InlineData(nameof(Orders.Sound), SimulationFaults.Restart)]
    [InlineData(nameof(Orders.Race), SimulationFaults.Restart)]
    [InlineData(nameof(Orders.Nested), SimulationFaults.Restart)]
    [Trait("ID", "V1"), Trait("ID", "V2"), Trait("ID", "V4"), Trait("ID", "V6")]
    public async Task Parents_and_children_survive_every_fault_and_every_fault_struck(
        string orders,
        SimulationFaults rare
    )
    {
        var report = await Simulate.RunAsync(Made(orders), Stage.Start, Seeds, s_told);
        Assert.True(report.CompletedCount > Seeds / 4, report.ToString());
        Assert.True(report.FailedCount > Seeds / 20, report.ToString());
        Assert.True(report.ChildCount > Seeds, report.ToString());
        Assert.True(report.ProcessCount > Seeds, report.ToString());
        foreach (
            var fault in Enum.GetValues<SimulationFaults>()
                .Where(fault => int.IsPow2((int)fault & ~(int)rare))
        )
            Assert.True(report.Faults.ContainsKey(fault) == Possible.HasFlag(fault), $"{fault}: {report}");
    }

    [Fact]
    [Trait("ID", "V4")]
    public async Task A_child_has_faults_of_its_own()
    {
        var struck = new HashSet<SimulationFaults>();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var run = await Simulate.ReplayAsync(Orders.Sound, Stage.Start, seed, s_told);
            Assert.Empty(run.Breaches);
            struck.UnionWith(
                run.Timeline.Faults.Where(line => line.RunId.Length > 0).Select(line => line.Fault!.Value)
            );
        }

        Assert.Superset(
            new HashSet<SimulationFaults>
            {
                SimulationFaults.TaskFails,
                SimulationFaults.TaskIsSlow,
                SimulationFaults.TaskIsDeaf,
                SimulationFaults.AppendFails,
                SimulationFaults.LoadFails,
                SimulationFaults.Crash,
                SimulationFaults.Suspend,
            },
            struck
        );
    }

    [Fact]
    [Trait("ID", "V6")]
    public async Task A_parent_that_is_retried_retries_its_children_whatever_else_goes_wrong()
    {
        var failing = s_told with { Faults = SimulationFaults.TaskFails | SimulationFaults.Restart };
        var report = await Simulate.RunAsync(Orders.Insisting, Stage.Start, Seeds, failing);
        Assert.True(report.Faults.ContainsKey(SimulationFaults.Restart), report.ToString());
        await Simulate.RunAsync(Orders.Insisting, Stage.Start, Seeds, s_told);
    }

    [Fact]
    [Trait("ID", "V2")]
    public async Task The_rows_of_children_are_told_with_those_of_the_run()
    {
        var calm = s_told with { Faults = SimulationFaults.None };
        var run = await CompletedAsync(calm);
        Assert.Equal(["run/1", "run/2/0", "run/2/1", "run/2/2"], run.ChildRows.Keys.Order());
        Assert.All(run.ChildRows.Values, rows => Assert.Equal(RowStatus.Completed, rows[^1].Status));
        Assert.Equal(4, run.Rows.Count(row => row.Kind == RowKind.ChildEnded));
        Assert.Contains(run.Timeline.Entries, line => line is { RunId: "run/2/1", State: "Next" });
        Assert.Equal(1, run.ProcessCount);
        Assert.Empty(run.RowsLeft);
    }

    [Fact]
    public async Task The_same_seeds_give_the_same_timelines_and_others_do_not()
    {
        var first = await Simulate.RunAsync(Orders.Sound, Stage.Start, 50, s_told);
        var again = await Simulate.RunAsync(Orders.Sound, Stage.Start, 50, s_told);
        Assert.Equal(first.Fingerprints, again.Fingerprints);
        Assert.True(first.Fingerprints.Distinct().Count() > 25, first.ToString());
    }

    [Theory]
    [InlineData(nameof(Orders.PaidTwice), "nobody pays twice")]
    [InlineData(nameof(Orders.Trusting), "nothing is sent that is not paid")]
    [InlineData(nameof(Orders.Counting), "each parcel is counted once")]
    public async Task A_mistake_in_a_child_or_in_what_follows_it_is_found(string orders, string broken)
    {
        var make = Made(orders);
        var found = await Assert.ThrowsAsync<SimulationException>(() =>
            Simulate.RunAsync(make, Stage.Start, options: s_told)
        );
        Assert.Contains($"'{broken}' does not hold", found.Message, StringComparison.Ordinal);
        var again = await Simulate.ReplayAsync(make, Stage.Start, found.Seed, s_told);
        Assert.Equal(found.Run.Timeline.ToString(), again.Timeline.ToString());
    }

    [Fact]
    public async Task Children_are_runs_of_a_journal()
    {
        var options = s_told with { IsJournaled = false };
        var refused = await Assert.ThrowsAsync<ArgumentException>(() =>
            Simulate.RunAsync(Orders.Sound, Stage.Start, 1, options)
        );
        Assert.Contains("IsJournaled", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_that_a_child_waits_for_has_to_be_told()
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() =>
            Simulate.RunAsync(Orders.Sound, Stage.Start, 1)
        );
        Assert.Contains("waits for signal 'confirm'", refused.Message, StringComparison.Ordinal);
    }

    private static Func<Simulation, Workflow<Stage>> Made(string orders) =>
        typeof(Orders).GetMethod(orders)!.CreateDelegate<Func<Simulation, Workflow<Stage>>>();

    private static async Task<SimulatedRun> CompletedAsync(SimulationOptions options)
    {
        for (var seed = 0; ; seed++)
            if (
                await Simulate.ReplayAsync(Orders.Sound, Stage.Start, seed, options) is var run
                && run.EndedIn(Stage.End)
            )
                return run;
    }
}
