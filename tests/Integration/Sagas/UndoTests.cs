namespace Cano.Integration.Sagas;

/// <summary>What is undone when a saga fails, and in which order.</summary>
public sealed class UndoTests
{
    private readonly Trail _trail = new();
    private readonly KeepingStore _store = new();

    [Fact]
    [Trait("ID", "G1"), Trait("ID", "G4")]
    public async Task Completed_steps_are_undone_newest_first_and_the_original_error_comes_out()
    {
        var workflow = Saga.Three(_trail).WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(("task_execution", "IOException: broken"), (error.Category, error.Message));
        Assert.Equal(("Last", 1), (error.State, error.Attempt));
        Assert.Equal(["Start", "Work", "Next", "Last"], error.Path);
        Assert.Equal(["undo Next", "undo Work", "undo Start"], _trail.Undone());
        Assert.Empty(await _store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "G1")]
    public async Task A_saga_that_succeeds_undoes_nothing()
    {
        Assert.Equal(Stage.End, await Saga.Sound(_trail).OrchestrateAsync(Stage.Start));
        Assert.Equal(["do Start", "do Work", "do Next"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "G1")]
    public async Task The_original_exception_stays_as_the_inner_one()
    {
        var thrown = await Assert.ThrowsAsync<CanoException>(() =>
            Saga.Three(_trail).OrchestrateAsync(Stage.Start)
        );
        Assert.Equal("broken", Assert.IsType<IOException>(thrown.InnerException).Message);
    }

    [Fact]
    [Trait("ID", "G1"), Trait("ID", "G14")]
    public async Task A_step_that_fails_is_not_undone_itself()
    {
        var workflow = Saga.Three(_trail)
            .Step(_trail, Stage.Next, Stage.Last, doing: _ => throw new IOException("late"));
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(("Next", "IOException: late"), (error.State, error.Message));
        Assert.Equal(["undo Work", "undo Start"], _trail.Undone());
    }

    [Fact]
    [Trait("ID", "G2")]
    public async Task Plain_tasks_in_between_are_not_undone()
    {
        var workflow = Saga.Three(_trail).Register(Stage.Work, _trail.Marking(Stage.Work, Stage.Next));
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["do Start", "Work", "do Next", "undo Next", "undo Start"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "G6"), Trait("ID", "S7")]
    public async Task With_nothing_to_undo_the_error_comes_out_and_the_rows_stay()
    {
        var workflow = Saga.Three(_trail).Failing(Stage.Start).WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("task_execution", error.Category);
        Assert.Equal(["StateEntered Start", "Failed Start"], _store.Story);
        Assert.Equal(2, (await _store.LoadRunAsync("run")).Count);
    }

    [Fact]
    [Trait("ID", "A8"), Trait("ID", "G8")]
    public async Task A_step_registered_again_is_undone_by_the_newest_compensation_alone()
    {
        var old = new Trail();
        var workflow = Saga.Three(old).Step(_trail, Stage.Start, Stage.Last);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["do Start", "undo Start"], _trail.Marks);
        Assert.Empty(old.Marks);
    }

    [Fact]
    [Trait("ID", "G1")]
    public async Task A_step_visited_twice_is_undone_twice_each_with_its_own_output()
    {
        var count = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) => new((++count < 3 ? Stage.Start : Stage.Work, count)),
                (_, output, _) =>
                {
                    _trail.Add(output);
                    return default;
                }
            )
            .Failing(Stage.Work)
            .AddExitState(Stage.End);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["3", "2", "1"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "G9")]
    public async Task A_compensation_gets_the_output_by_value_and_the_runs_resources()
    {
        var given = new Receipt("r-1", 12.5m, ["lamp", "chair"], (1, "one"));
        Receipt? got = null;
        var workflow = Workflow
            .Create<Stage>(new Resources().Insert("till", _trail))
            .RegisterWithCompensation<Receipt>(
                Stage.Start,
                (_, _) => new((Stage.Last, given)),
                (context, output, _) =>
                {
                    context.Get<Trail>("till").Add("refunded");
                    got = output;
                    return default;
                }
            )
            .Failing(Stage.Last)
            .AddExitState(Stage.End)
            .WithCheckpointStore(new KeepingStore { KeepsBytes = true });
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.NotSame(given, got);
        Assert.Equal(["lamp", "chair"], got!.Items);
        Assert.Equal(given with { Items = got.Items }, got);
        Assert.Equal(["refunded"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "G16")]
    public async Task A_failure_at_any_step_undoes_exactly_the_completed_ones()
    {
        const int steps = 8;
        for (var broken = 0; broken < steps; broken++)
        {
            var trail = new Trail();
            await Failures.OfAsync(Long(trail, steps, broken).OrchestrateAsync("s0"));
            var undone = Enumerable.Range(0, broken).Reverse().Select(step => $"undo s{step}");
            Assert.Equal(undone, trail.Undone());
        }
    }

    [Fact]
    [Trait("ID", "G16")]
    public async Task A_thousand_steps_are_undone_in_reverse()
    {
        await Failures.OfAsync(
            Long(_trail, 1001, 1000).WithCheckpointStore(_store).OrchestrateAsync("s0", "run")
        );
        Assert.Equal(Enumerable.Range(0, 1000).Reverse().Select(step => $"undo s{step}"), _trail.Undone());
        // Two rows a step on the way, one on the way back; the failed state's, and two around the rollback.
        Assert.Equal(3 * 1000 + 3, _store.Rows.Count(row => row.Kind != RowKind.Snapshot));
    }

    [Fact]
    [Trait("ID", "G1")]
    public async Task A_failed_split_undoes_the_steps_before_it()
    {
        var workflow = Saga.Three(_trail)
            .RegisterSplit(
                Stage.Next,
                [Branches.Succeeding("a"), Branches.Failing("b")],
                Branches.Joining(JoinStrategy.All)
            );
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal("Next", error.State);
        Assert.Equal(["undo Work", "undo Start"], _trail.Undone());
    }

    /// <summary>Steps s0, s1, …; the one with the number `broken` fails.</summary>
    private static Workflow<string> Long(Trail trail, int steps, int broken)
    {
        var workflow = Workflow.Bare<string>().AddExitState("end");
        for (var i = 0; i < steps; i++)
        {
            var (step, next) = (i, i + 1 < steps ? $"s{i + 1}" : "end");
            workflow = workflow.RegisterWithCompensation<int>(
                $"s{step}",
                (_, _) => step == broken ? throw new IOException("broken") : new((next, step)),
                (_, output, _) =>
                {
                    trail.Add($"undo s{output}");
                    return default;
                },
                TaskConfig.Minimal
            );
        }

        return workflow;
    }

    private sealed record Receipt(string Id, decimal Sum, string[] Items, (int, string) Pair);
}
