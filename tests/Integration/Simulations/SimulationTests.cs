using Cano.Testing;

namespace Cano.Integration.Simulations;

public sealed class SimulationTests
{
    private const int Seeds = 300;

    [Fact]
    public async Task A_sound_workflow_survives_every_fault_and_every_fault_struck()
    {
        var report = await Simulate.RunAsync(Shop.Sound, Stage.Start, Seeds);
        Assert.Equal(Seeds, report.SeedCount);
        Assert.True(report.CompletedCount > Seeds / 4, report.ToString());
        Assert.True(report.FailedCount > Seeds / 10, report.ToString());
        Assert.True(report.ProcessCount > report.SeedCount, report.ToString());
        foreach (
            var fault in Enum.GetValues<SimulationFaults>().Where(fault => int.PopCount((int)fault) == 1)
        )
            Assert.Equal(fault != SimulationFaults.CompensationFails, report.Faults.ContainsKey(fault));
    }

    [Fact]
    [Trait("ID", "X4")]
    public async Task A_seed_whose_logger_observer_and_exceptions_throw_has_the_rows_and_the_end_of_one_where_none_does()
    {
        var throwing = new SimulationOptions();
        var quiet = throwing with
        {
            Faults =
                throwing.Faults
                & ~(
                    SimulationFaults.LoggerThrows
                    | SimulationFaults.ObserverThrows
                    | SimulationFaults.ExceptionThrows
                ),
        };
        for (var seed = 0; seed < Seeds / 3; seed++)
            Assert.Equal(
                Course(await Simulate.ReplayAsync(Shop.Sound, Stage.Start, seed, quiet)),
                Course(await Simulate.ReplayAsync(Shop.Sound, Stage.Start, seed, throwing))
            );

        static string Course(SimulatedRun run) =>
            string.Join(
                '\n',
                [
                    $"{run.Seed} {run.Exit} {run.Error?.Category} {run.ProcessCount} {run.Duration}",
                    .. run.Rows.Select(row =>
                        $"{row.Sequence} {row.Kind} {row.State} {row.Visit} {row.WrittenAt}"
                    ),
                ]
            );
    }

    [Theory]
    [InlineData("node")]
    [InlineData("load")]
    [InlineData("batch")]
    [InlineData("poll")]
    [InlineData("stepped")]
    [Trait("ID", "S5")]
    public async Task The_calls_of_one_attempt_go_on_behind_the_row_of_a_cancel(string kind)
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterKind(kind, (Stage.Start, Stage.End), (_, _) => Task.CompletedTask)
            .AddExitState(Stage.End);
        var report = await Simulate.RunAsync(workflow, Stage.Start, 1_000);
        Assert.True(report.CompletedCount > 100, report.ToString());
    }

    [Fact]
    public async Task The_same_seeds_give_the_same_timelines_and_others_do_not()
    {
        var first = await Simulate.RunAsync(Shop.Sound, Stage.Start, 50);
        var again = await Simulate.RunAsync(Shop.Sound, Stage.Start, 50);
        Assert.Equal(first.Fingerprints, again.Fingerprints);
        Assert.True(first.Fingerprints.Distinct().Count() > 25, first.ToString());
    }

    [Fact]
    public async Task A_lost_effect_key_is_found_and_its_seed_shows_the_same_again()
    {
        var found = await Assert.ThrowsAsync<SimulationException>(() =>
            Simulate.RunAsync(Shop.WithoutKey, Stage.Start)
        );
        Assert.Contains(
            $"Seed {found.Seed}: 'nobody is charged twice' does not hold",
            found.Message,
            StringComparison.Ordinal
        );
        var again = await Simulate.ReplayAsync(Shop.WithoutKey, Stage.Start, found.Seed);
        Assert.Equal(found.Run.Timeline.ToString(), again.Timeline.ToString());
        Assert.Equal(found.Run.Timeline.Fingerprint, again.Timeline.Fingerprint);
        Assert.Equal(found.Run.Breaches, again.Breaches);
    }

    [Fact]
    public async Task A_bug_that_needs_a_crash_between_two_states_is_found_and_shown()
    {
        var calm = new SimulationOptions { Faults = SimulationFaults.None };
        await Simulate.RunAsync(Shop.Forgetful, Stage.Start, Seeds, calm);
        var crashing = new SimulationOptions { Faults = SimulationFaults.Crash };
        var found = await Assert.ThrowsAsync<SimulationException>(() =>
            Simulate.RunAsync(Shop.Forgetful, Stage.Start, options: crashing)
        );
        var lines = found.Run.Timeline.Entries;
        // The story is in the lines: Work has its row, then the process dies, then Work begins without its
        // amount.
        var row = lines.TakeWhile(line => line is not { Row: not null, State: "Work" }).Count();
        Assert.Contains(lines.Skip(row), line => line.Fault == SimulationFaults.Crash);
        Assert.Contains("*** Crash", found.Message, StringComparison.Ordinal);
        Assert.Contains("Work: body begins", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_faults_time_passes_as_the_workflow_asks()
    {
        var calm = new SimulationOptions { Faults = SimulationFaults.None };
        var run = await Simulate.ReplayAsync(Shop.Sound, Stage.Start, seed: 1, calm);
        Assert.Equal(TimeSpan.FromMinutes(1), run.Duration);
        Assert.True(run.EndedIn(Stage.End));
        Assert.Equal(
            [RowKind.StateEntered, RowKind.StateEntered, RowKind.Finished],
            run.Rows.Select(row => row.Kind)
        );
        Assert.Empty(run.RowsLeft);
        Assert.Equal(1, run.ProcessCount);
        Assert.Empty(run.Timeline.Faults);
    }

    [Fact]
    public async Task A_workflow_without_a_world_is_simulated_as_it_is_and_options_may_hold_invariants()
    {
        var options = new SimulationOptions { FirstSeed = 41 }.WithInvariant("never", _ => false);
        var workflow = Shop.Of(_ => { });
        await Simulate.RunAsync(workflow, Stage.Start, 20);
        var found = await Assert.ThrowsAsync<SimulationException>(() =>
            Simulate.RunAsync(workflow, Stage.Start, 20, options)
        );
        Assert.Equal(41, found.Seed);
        Assert.Equal(["'never' does not hold"], found.Run.Breaches);
    }

    [Fact]
    public async Task An_assertion_serves_as_an_invariant_and_its_text_is_told()
    {
        static Workflow<Stage> Make(Simulation simulation)
        {
            simulation.Note("made");
            simulation.Invariant("ends well", run => Assert.Equal("Stop", run.Exit));
            return Shop.Of(_ => { });
        }

        var calm = new SimulationOptions { Faults = SimulationFaults.None };
        var run = await Simulate.ReplayAsync(Make, Stage.Start, seed: 3, calm);
        Assert.Contains(
            "'ends well' does not hold: EqualException",
            Assert.Single(run.Breaches),
            StringComparison.Ordinal
        );
        Assert.Contains(run.Timeline.Entries, line => line.What == "made");
    }

    [Fact]
    public async Task A_run_without_a_journal_begins_again_after_a_crash()
    {
        var options = new SimulationOptions { IsJournaled = false, Faults = SimulationFaults.Crash };
        var report = await Simulate.RunAsync(
            Shop.Sound,
            Stage.Start,
            100,
            options with
            {
                Faults = SimulationFaults.None,
            }
        );
        Assert.Equal(100, report.CompletedCount);
        // No row holds what the run has drawn: to the world outside each process is another run.
        report = await Simulate.RunAsync(Shop.Anew, Stage.Start, 100, options);
        Assert.True(report.ProcessCount > 120, report.ToString());
        Assert.Equal(0, report.RowCount);
    }

    [Fact]
    public async Task B_bad_wiring_is_told_as_such()
    {
        var error = await Failures.OfAsync(Simulate.RunAsync(Workflow.Bare<Stage>(), Stage.Start));
        Assert.Equal("configuration", error.Category);
    }
}
