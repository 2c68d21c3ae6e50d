using Cano.Testing;

namespace Cano.Integration.Simulations;

/// <summary>Runs that are told to rest, and gone on with.</summary>
public sealed class SuspendTests
{
    private const int Seeds = 200;
    private static readonly SimulationOptions s_suspended = new() { Faults = SimulationFaults.Suspend };

    [Fact]
    [Trait("ID", "S1")]
    public async Task A_run_that_is_told_to_rest_at_any_point_ends_as_if_nobody_had_asked()
    {
        var rested = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var run = await Simulate.ReplayAsync(Shop.Sound, Stage.Start, seed, s_suspended);
            Assert.Empty(run.Breaches);
            Assert.True(run.EndedIn(Stage.End), run.Timeline.ToString());
            Assert.All(
                run.Rows,
                row => Assert.True(row.Kind is RowKind.StateEntered or RowKind.Finished, $"{row.Kind}")
            );
            rested += run.Events.Count(seen => seen.Hook == nameof(IWorkflowObserver.OnSuspended));
        }

        Assert.True(rested > Seeds / 2, $"{rested} rests");
    }

    [Fact]
    [Trait("ID", "S2")]
    public async Task A_rollback_rests_between_two_compensations_and_goes_on()
    {
        var between = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var run = await Simulate.ReplayAsync(Refused, "s0", seed, s_suspended);
            Assert.Empty(run.Breaches);
            Assert.Equal("task_execution", run.Error!.Category);
            Assert.Equal(
                ["s2", "s1", "s0"],
                run.Rows.Where(row => row.Kind == RowKind.Compensated).Select(row => row.State)
            );
            Assert.Single(run.Rows, row => row.Kind == RowKind.RollbackStarted);
            between += run.Timeline.Entries.Where((line, at) => IsBetween(run.Timeline.Entries, at)).Count();
        }

        Assert.True(between > 10, $"{between} rests between two compensations");

        static bool IsBetween(IReadOnlyList<TimelineEntry> lines, int at) =>
            lines[at].What == "suspended"
            && lines.Take(at).LastOrDefault(line => line.Row is not null)
                is { What: nameof(RowKind.Compensated), State: "s2" or "s1" };
    }

    [Fact]
    [Trait("ID", "S1")]
    public async Task A_split_whose_branches_are_cut_off_does_not_fail_for_it_and_runs_again()
    {
        var again = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var run = await Simulate.ReplayAsync(Split, "split", seed, s_suspended);
            Assert.Empty(run.Breaches);
            Assert.True(run.IsCompleted, run.Timeline.ToString());
            again += run.Rows.Count(row => (row.Kind, row.State) == (RowKind.StateEntered, "split")) - 1;
        }

        Assert.True(again > 10, $"{again} splits began again");
    }

    [Fact]
    [Trait("ID", "S1")]
    public async Task A_run_without_a_journal_that_is_told_to_rest_is_given_up()
    {
        var plain = s_suspended with { IsJournaled = false };
        var report = await Simulate.RunAsync(Shop.Anew, Stage.Start, Seeds, plain);
        Assert.True(report.FailedCount > Seeds / 10, report.ToString());
        Assert.Equal(Seeds, report.ProcessCount);
    }

    /// <summary>Three steps that can be undone, and a fourth that is refused.</summary>
    private static Workflow<string> Refused(Simulation simulation)
    {
        var ledger = new CompensationLedger();
        simulation.Invariant("everything is undone, newest first", _ => ledger.AssertZero());
        var workflow = Workflow.Bare<string>().AddExitState("end");
        for (var i = 0; i < 3; i++)
        {
            var next = $"s{i + 1}";
            workflow = workflow.RegisterWithCompensation<int>(
                $"s{i}",
                (context, _) =>
                {
                    ledger.Do(context);
                    return new((next, 1));
                },
                (context, _, _) =>
                {
                    ledger.Undo(context);
                    return default;
                },
                TaskConfig.Minimal
            );
        }

        return workflow.Register(
            "s3",
            (_, _) => throw new InvalidOperationException("refused"),
            TaskConfig.Minimal,
            to: ["end"]
        );
    }

    private static Workflow<string> Split(Simulation simulation) =>
        Workflow
            .Bare<string>()
            .RegisterSplit(
                "split",
                Enumerable.Range(1, 3).Select(Branch),
                JoinConfig.Create(JoinStrategy.All, "end").WithTimeout(TimeSpan.FromMinutes(1))
            )
            .AddExitState("end");

    private static ITask<string> Branch(int seconds) =>
        CanoTask.From(
            $"branch{seconds}",
            async (context, cancel) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds), context.TimeProvider, cancel);
                return "";
            },
            TaskConfig.Minimal
        );
}
