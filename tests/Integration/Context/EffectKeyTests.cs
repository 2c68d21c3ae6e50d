namespace Cano.Integration.Context;

public sealed class EffectKeyTests
{
    private readonly List<string> _keys = [];

    [Fact]
    public async Task The_key_is_the_same_for_every_attempt_of_a_visit()
    {
        await Counting(attempts: 3).OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(["run/0", "run/0", "run/0"], _keys);
    }

    [Fact]
    public async Task The_key_differs_for_every_visit_of_a_state()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, context => Noted(context, _keys.Count < 2 ? Stage.Start : Stage.End))
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(["run/0", "run/1", "run/2"], _keys);
    }

    [Fact]
    public async Task The_key_of_a_visit_is_the_same_after_a_resume_and_routers_count_as_visits()
    {
        var store = new MemoryCheckpointStore();
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterRouter(Stage.Start, context => Noted(context, Stage.Work))
            .Register(
                Stage.Work,
                context =>
                {
                    Noted(context, Stage.Next);
                    return _keys.Count < 4 ? throw new IOException() : Stage.Next;
                },
                TaskConfig.Minimal
            )
            .Register(Stage.Next, context => Noted(context, Stage.End))
            .AddExitState(Stage.End)
            .WithCheckpointStore(store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        await Failures.OfAsync(workflow.ResumeFromAsync("run"));
        await workflow.ResumeFromAsync("run");
        Assert.Equal(["run/0", "run/1", "run/1", "run/1", "run/2"], _keys);
    }

    [Fact]
    public async Task The_key_differs_for_every_branch_and_is_the_same_for_its_attempts()
    {
        ITask<Stage> Branch(string name) =>
            CanoTask.From<Stage>(
                name,
                (context, _) =>
                {
                    lock (_keys)
                        _keys.Add(context.EffectKey);
                    return context.Attempt == 1 ? throw new IOException() : new ValueTask<Stage>(Stage.End);
                },
                TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero)
            );
        var workflow = Branches.Split(
            Branches.Joining(JoinStrategy.All),
            _ => { },
            Branch("same"),
            Branch("same")
        );
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(["run/0/b0", "run/0/b0", "run/0/b1", "run/0/b1"], _keys.Order());
    }

    [Fact]
    public async Task The_key_of_a_branch_is_the_same_after_a_resume()
    {
        var store = new MemoryCheckpointStore();
        var broken = true;
        var branch = CanoTask.From<Stage>(
            "b",
            (context, _) =>
            {
                Noted(context, Stage.End);
                return broken ? throw new IOException() : new ValueTask<Stage>(Stage.End);
            },
            TaskConfig.Minimal
        );
        var workflow = Branches
            .Split(Branches.Joining(JoinStrategy.All), _ => { }, branch)
            .WithCheckpointStore(store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        broken = false;
        await workflow.ResumeFromAsync("run");
        Assert.Equal(["run/0/b0", "run/0/b0"], _keys);
    }

    [Fact]
    public async Task A_run_without_an_id_draws_one_for_all_of_its_keys()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, context => Noted(context, Stage.Work))
            .Register(Stage.Work, context => Noted(context, Stage.End))
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);
        await workflow.OrchestrateAsync(Stage.Start);
        var ids = _keys.Select(key => key.Split('/')[0]).ToArray();
        Assert.Equal((ids[0], ids[2]), (ids[1], ids[3]));
        Assert.NotEqual(ids[0], ids[2]);
        Assert.Equal(4, _keys.Distinct().Count());
    }

    [Fact]
    public async Task Runs_of_two_ids_have_different_keys()
    {
        await Counting(attempts: 1).OrchestrateAsync(Stage.Start, "a");
        await Counting(attempts: 1).OrchestrateAsync(Stage.Start, "b");
        Assert.Equal(["a/0", "b/0"], _keys);
    }

    private Workflow<Stage> Counting(int attempts) =>
        Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context =>
                {
                    _keys.Add(context.EffectKey);
                    return context.Attempt < attempts ? throw new IOException() : Stage.End;
                },
                TaskConfig.Minimal.WithFixedRetry(attempts, TimeSpan.Zero)
            )
            .AddExitState(Stage.End);

    private Stage Noted(TaskContext context, Stage next)
    {
        _keys.Add(context.EffectKey);
        return next;
    }
}
