using Cano.Testing;

namespace Cano.Integration.Simulations;

/// <summary>Runs that are cancelled for good, at any point, whoever works on them.</summary>
public sealed class CancelTests
{
    private const int Seeds = 400;

    [Theory]
    [InlineData(SimulationFaults.None)]
    [InlineData(SimulationFaults.Crash | SimulationFaults.Suspend)]
    [InlineData(SimulationFaults.AppendFails | SimulationFaults.LoadFails)]
    [Trait("ID", "S5")]
    public async Task A_run_that_is_cancelled_at_any_point_goes_back_over_everything_that_happens(
        SimulationFaults others
    )
    {
        var options = new SimulationOptions { Faults = SimulationFaults.DurableCancel | others };
        var (cancelled, undone, whileNobodyWorked) = (0, 0, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var run = await Simulate.ReplayAsync(Trip, "s0", seed, options);
            Assert.Empty(run.Breaches);
            if (run.Rows.All(row => row.Kind != RowKind.CancelRequested))
            {
                Assert.True(run.IsCompleted, run.Timeline.ToString());
                continue;
            }

            cancelled++;
            Assert.Equal("cancelled", run.Error!.Category);
            Assert.Equal(RowStatus.Cancelled, run.Rows[^1].Status);
            undone += run.Rows.Count(row => row.Kind == RowKind.Compensated);
            whileNobodyWorked += run.Timeline.Faults.Count(fault => fault.What.Contains("while nobody"));
        }

        Assert.True(cancelled > Seeds / 20 && undone > Seeds / 20, $"{cancelled} cancelled, {undone} undone");
        Assert.Equal(others != SimulationFaults.None, whileNobodyWorked > 0);
    }

    /// <summary>Three steps that can be undone, the second of which takes its time.</summary>
    private static Workflow<string> Trip(Simulation simulation)
    {
        var ledger = new CompensationLedger();
        simulation.Invariant(
            "a trip stands, or nothing of it",
            run =>
            {
                if (run.IsCompleted)
                    ledger.AssertLeft("s0", "s1", "s2");
                else
                    ledger.AssertUndone(
                        run.Rows.Where(row => row.Kind == RowKind.StepCompleted)
                            .Select(row => row.State)
                            .Reverse()
                    );
            }
        );
        var workflow = Workflow.Bare<string>().AddExitState("s3");
        for (var i = 0; i < 3; i++)
        {
            var step = i;
            workflow = workflow.RegisterWithCompensation<int>(
                $"s{step}",
                async (context, cancel) =>
                {
                    if (step == 1)
                        await Task.Delay(TimeSpan.FromMinutes(1), context.TimeProvider, cancel);
                    ledger.Do(context);
                    return ($"s{step + 1}", step);
                },
                (context, _, _) =>
                {
                    ledger.Undo(context);
                    return default;
                },
                TaskConfig.Minimal
            );
        }

        return workflow;
    }
}
