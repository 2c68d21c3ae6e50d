namespace Cano.Integration.Loop;

public sealed class LoopTests
{
    [Fact]
    [Trait("ID", "A1"), Trait("ID", "D2")]
    public async Task A_states_row_is_written_before_its_task_runs()
    {
        var store = new KeepingStore();
        var seen = new List<string>();
        Stage See(Stage next)
        {
            seen.Add(store.Story[^1]);
            return next;
        }

        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => See(Stage.Work))
            .Register(Stage.Work, _ => See(Stage.End))
            .AddExitState(Stage.End)
            .WithCheckpointStore(store);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(["StateEntered Start", "StateEntered Work"], seen);
    }

    [Fact]
    [Trait("ID", "A1")]
    public async Task States_run_in_the_order_in_which_they_are_returned()
    {
        var trail = new Trail();
        var end = await trail
            .Through(Stage.Start, Stage.Last, Stage.Work, Stage.End)
            .OrchestrateAsync(Stage.Start);
        Assert.Equal(Stage.End, end);
        Assert.Equal(["Start", "Last", "Work"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "A2")]
    public async Task An_exit_state_that_is_registered_too_ends_the_run()
    {
        var trail = new Trail();
        var workflow = trail.Through(Stage.Start, Stage.Work, Stage.End).AddExitState(Stage.Work);
        Assert.Equal(Stage.Work, await workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["Start"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "A3")]
    public async Task A_run_that_starts_at_an_exit_returns_it_and_runs_no_task()
    {
        var trail = new Trail();
        Assert.Equal(Stage.End, await trail.Through(Stage.Start, Stage.End).OrchestrateAsync(Stage.End));
        Assert.Empty(trail.Marks);
    }

    [Fact]
    [Trait("ID", "A3"), Trait("ID", "Y27")]
    public async Task A_journaled_run_that_starts_at_an_exit_leaves_one_row_and_is_cleared()
    {
        var store = new KeepingStore();
        var workflow = new Trail().Through(Stage.Start, Stage.End).WithCheckpointStore(store);
        await workflow.OrchestrateAsync(Stage.End, "run");
        Assert.Equal(["Finished End"], store.Story);
        Assert.Empty(await store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "A4"), Trait("ID", "Y26")]
    public async Task An_unregistered_state_fails_in_the_state_that_returned_it_and_gets_no_row()
    {
        var store = new KeepingStore();
        var workflow = new Trail()
            .Through(Stage.Start, Stage.Work, Stage.End)
            .Register(Stage.Work, _ => Stage.Lost)
            .WithCheckpointStore(store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("workflow", error.Category);
        Assert.Contains("No task registered for state: Lost", error.Message, StringComparison.Ordinal);
        Assert.Equal("Work", error.State);
        Assert.Equal(["StateEntered Start", "StateEntered Work", "Failed Work"], store.Story);
    }

    [Fact]
    [Trait("ID", "A4"), Trait("ID", "Y26")]
    public async Task An_unregistered_state_is_not_retried()
    {
        var trail = new Trail();
        var workflow = trail
            .Through(Stage.Start, Stage.End)
            .Register(Stage.Start, trail.Marking(Stage.Start, Stage.Lost));
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Single(trail.Marks);
    }

    [Fact]
    [Trait("ID", "A4"), Trait("ID", "Y26")]
    public async Task No_state_at_all_is_an_unregistered_one()
    {
        var workflow = Workflow.Bare<string>().Register("begin", _ => null!).AddExitState("end");
        var error = await Failures.OfAsync(workflow.OrchestrateAsync("begin"));
        Assert.Equal(("workflow", "begin"), (error.Category, error.State));
        Assert.Equal("No task registered for state: null", error.Message);
    }

    [Fact]
    [Trait("ID", "A5")]
    public async Task A_state_may_follow_itself_until_it_chooses_an_exit()
    {
        var count = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Work, _ => ++count < 5 ? Stage.Work : Stage.End)
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Work);
        Assert.Equal(5, count);
    }

    [Fact]
    [Trait("ID", "A5")]
    public async Task States_may_form_a_cycle()
    {
        var trail = new Trail();
        var workflow = trail
            .Through(Stage.Start, Stage.Work, Stage.End)
            .Register(Stage.Work, _ => trail.CountOf(Stage.Start) < 3 ? Stage.Start : Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(3, trail.CountOf(Stage.Start));
    }

    [Fact]
    [Trait("ID", "A20")]
    public async Task One_workflow_value_runs_many_times_at_once()
    {
        var both = new Gate();
        var count = 0;
        var workflow = Workflow
            .Bare<int>()
            .Register(
                0,
                async (_, _) =>
                {
                    if (Interlocked.Increment(ref count) == 2)
                        both.Open();
                    await both.HoldAsync();
                    return 1;
                }
            )
            .AddExitState(1);
        var ends = await Task.WhenAll(workflow.OrchestrateAsync(0), workflow.OrchestrateAsync(0));
        Assert.Equal([1, 1], ends);
    }

    [Fact]
    [Trait("ID", "A20")]
    public async Task Runs_at_once_do_not_mix_their_states()
    {
        var workflow = Workflow
            .Bare<string>()
            .Register("even", async (context, _) => await Turned(context.RunId + "-a"))
            .AddExitStates(Enumerable.Range(0, 50).Select(n => $"{n}-a"));
        var ends = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(n => workflow.OrchestrateAsync("even", $"{n}"))
        );
        Assert.Equal(Enumerable.Range(0, 50).Select(n => $"{n}-a"), ends);
    }

    private static async Task<string> Turned(string answer)
    {
        await Task.Yield();
        return answer;
    }
}
