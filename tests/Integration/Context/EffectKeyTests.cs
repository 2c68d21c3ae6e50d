namespace Cano.Integration.Context;

public sealed class EffectKeyTests
{
    private readonly List<string> _keys = [];

    [Fact]
    public async Task The_key_is_the_same_for_every_attempt_of_a_visit()
    {
        await Counting(attempts: 3).OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(["run/k/0", "run/k/0", "run/k/0"], EffectKeys.Told(_keys));
    }

    [Fact]
    public async Task The_key_differs_for_every_visit_of_a_state()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, context => Noted(context, _keys.Count < 2 ? Stage.Start : Stage.End))
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(["run/k/0", "run/k/1", "run/k/2"], EffectKeys.Told(_keys));
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
        Assert.Equal(["run/k/0", "run/k/1", "run/k/1", "run/k/1", "run/k/2"], EffectKeys.Told(_keys));
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
        Assert.Equal(
            ["run/k/0/b0", "run/k/0/b0", "run/k/0/b1", "run/k/0/b1"],
            EffectKeys.Told(_keys).Order()
        );
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
        Assert.Equal(["run/k/0/b0", "run/k/0/b0"], EffectKeys.Told(_keys));
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
        var ids = _keys.Select(key => key[..key.LastIndexOf('/')]).ToArray();
        Assert.Equal((ids[0], ids[2]), (ids[1], ids[3]));
        Assert.NotEqual(ids[0], ids[2]);
        Assert.Equal(4, _keys.Distinct().Count());
    }

    [Fact]
    public async Task A_run_without_an_id_tells_the_one_that_its_keys_begin_with()
    {
        var ids = new List<string>();
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context =>
                {
                    ids.Add(context.RunId);
                    return Noted(context, Stage.Work);
                }
            )
            .Register(
                Stage.Work,
                context =>
                {
                    ids.Add(context.RunId);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Matches("^[0-9a-f]{32}$", ids[0]);
        Assert.Equal(ids[0], ids[1]);
        Assert.Equal($"{ids[0]}/k/0", Assert.Single(EffectKeys.Told(_keys)));
    }

    [Fact]
    [Trait("ID", "F48")]
    public async Task A_bank_that_remembers_keys_charges_each_run_of_an_id_once_however_often_it_is_resumed()
    {
        var store = new MemoryCheckpointStore();
        var (charged, isBroken) = (new HashSet<string>(), true);
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context =>
                {
                    charged.Add(Noted(context, context.EffectKey));
                    return isBroken ? throw new IOException("the answer is lost") : Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .WithCheckpointStore(store);
        for (var run = 1; run <= 3; run++)
        {
            isBroken = true;
            await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "order-1"));
            await Failures.OfAsync(workflow.ResumeFromAsync("order-1"));
            isBroken = false;
            await workflow.ResumeFromAsync("order-1");
            Assert.Equal(run, charged.Count);
        }

        Assert.Equal(9, _keys.Count);
    }

    [Fact]
    [Trait("ID", "F48")]
    public async Task Runs_that_follow_one_another_under_one_id_have_different_keys_journaled_or_not()
    {
        var store = new MemoryCheckpointStore();
        foreach (
            var workflow in new[] { Counting(attempts: 1), Counting(attempts: 1).WithCheckpointStore(store) }
        )
        {
            await workflow.OrchestrateAsync(Stage.Start, "run");
            await workflow.OrchestrateAsync(Stage.Start, "run");
        }

        Assert.Equal(["run/k/0", "run/k/0", "run/k/0", "run/k/0"], EffectKeys.Told(_keys));
        Assert.Equal(4, _keys.Distinct().Count());
    }

    [Fact]
    public async Task A_journaled_run_has_the_key_part_that_its_first_row_names()
    {
        var store = new KeepingStore();
        await Counting(attempts: 1).WithCheckpointStore(store).OrchestrateAsync(Stage.Start, "run");
        Assert.Equal($"run/{store.Rows[0].Start!.Key}/0", Assert.Single(_keys));
    }

    [Fact]
    public async Task The_keys_of_a_run_stay_when_snapshots_have_taken_the_place_of_its_first_row()
    {
        var store = new MemoryCheckpointStore();
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context =>
                {
                    Noted(context, Stage.Start);
                    return _keys.Count == 7 ? throw new IOException()
                        : _keys.Count < 10 ? Stage.Start
                        : Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .WithSnapshotEvery(2)
            .WithCheckpointStore(store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(RowKind.Snapshot, (await store.LoadRunAsync("run"))[0].Kind);
        await workflow.ResumeFromAsync("run");
        Assert.Single(_keys.Select(key => key.Split('/')[1]).Distinct());
        Assert.Equal(["run/k/6", "run/k/6", "run/k/7"], EffectKeys.Told(_keys).Skip(6).Take(3));
    }

    [Fact]
    public async Task A_run_whose_first_row_has_no_key_part_keeps_the_keys_it_was_begun_with()
    {
        var store = new MemoryCheckpointStore();
        var rows = new[] { Begun(0, "Start", "order"), Begun(1, "Work", null) };
        foreach (var row in rows)
            await store.AppendAsync("run", row, fence: 1);
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Work, context => Noted(context, Stage.Next))
            .RegisterWithCompensation(
                Stage.Next,
                (context, _) => new ValueTask<(Stage, int)>((Noted(context, Stage.Last), 1)),
                (context, _, _) =>
                {
                    Noted(context, Stage.End);
                    return default;
                }
            )
            .Register(Stage.Last, _ => throw new IOException(), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithName("order")
            .WithSnapshotEvery(2)
            .WithCheckpointStore(store);
        await Failures.OfAsync(workflow.ResumeFromAsync("run"));
        Assert.Equal(["run/1", "run/2", "run/2/undo"], _keys);

        static CheckpointRow Begun(long sequence, string state, string? name) =>
            new()
            {
                Sequence = sequence,
                Kind = RowKind.StateEntered,
                State = state,
                WorkflowName = name,
                Visit = sequence,
            };
    }

    [Fact]
    public async Task Runs_of_two_ids_have_different_keys()
    {
        await Counting(attempts: 1).OrchestrateAsync(Stage.Start, "a");
        await Counting(attempts: 1).OrchestrateAsync(Stage.Start, "b");
        Assert.Equal(["a/k/0", "b/k/0"], EffectKeys.Told(_keys));
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

    private T Noted<T>(TaskContext context, T next)
    {
        _keys.Add(context.EffectKey);
        return next;
    }
}
