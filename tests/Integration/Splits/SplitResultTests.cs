namespace Cano.Integration.Splits;

public sealed class SplitResultTests
{
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "K10"), Trait("ID", "Y2")]
    public async Task The_states_that_branches_return_do_not_matter()
    {
        SplitResult? result = null;
        var stray = CanoTask.From<Stage>("stray", (_, _) => new(Stage.Lost));
        await Branches
            .Split(Branches.Joining(JoinStrategy.All), seen => result = seen, stray)
            .OrchestrateAsync(Stage.Start);
        Assert.Single(result!.Successes);
    }

    [Fact]
    [Trait("ID", "K11"), Trait("ID", "Y2")]
    public async Task A_result_tells_every_branch_by_index_and_name()
    {
        SplitResult? result = null;
        ITask<Stage>[] branches =
        [
            Branches.Failing("x"),
            Branches.Succeeding("a"),
            Branches.Waiting("slow", new Gate()),
        ];
        await Branches
            .Split(Branches.Joining(JoinStrategy.Any), seen => result = seen, branches)
            .OrchestrateAsync(Stage.Start);
        Assert.Equal([(1, "a")], result!.Successes.Select(branch => (branch.Index, branch.Name)));
        Assert.Contains((2, "slow"), result.Cancelled.Select(branch => (branch.Index, branch.Name)));
        Assert.Equal(3, result.Total);
        Assert.Equal(result.Successes.Count + result.Errors.Count, result.Completed);
    }

    [Fact]
    [Trait("ID", "K11"), Trait("ID", "Y2")]
    public async Task An_error_of_a_branch_is_kept()
    {
        SplitResult? result = null;
        var join = Branches.Joining(JoinStrategy.Any).WaitForAll();
        await Branches
            .Split(join, seen => result = seen, Branches.Failing("x"), Branches.Succeeding("a"))
            .OrchestrateAsync(Stage.Start);
        var error = Assert.Single(result!.Errors);
        Assert.Equal((0, "x", "IOException: x"), (error.Index, error.Name, error.Error.Message));
        Assert.Equal(("Start", 1), (error.Error.State, error.Error.Attempt));
        Assert.Equal((2, 2), (result.Completed, result.Total));
    }

    [Fact]
    [Trait("ID", "Y2")]
    public async Task A_result_and_its_branches_come_apart_like_positional_records()
    {
        SplitResult? result = null;
        var join = Branches.Joining(JoinStrategy.PartialResults(1)).WaitForAll();
        await Branches
            .Split(join, seen => result = seen, Branches.Failing("x"), Branches.Succeeding("a"))
            .OrchestrateAsync(Stage.Start);
        var (successes, errors, cancelled) = result!;
        foreach (var (index, name) in successes)
            Assert.Equal((1, "a"), (index, name));
        foreach (var (index, name, error) in errors)
            Assert.Equal((0, "x", "task_execution"), (index, name, error.Category));
        foreach (var (index, name) in cancelled)
            Assert.Fail($"{index} {name}");
        Assert.Equal((1, 1), (successes.Count, errors.Count));
    }

    [Fact]
    [Trait("ID", "Y2")]
    public async Task The_result_belongs_to_the_state_after_the_split_alone()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterSplit(
                Stage.Start,
                [Branches.Succeeding("a")],
                JoinConfig.Create(JoinStrategy.All, Stage.Work)
            )
            .Register(Stage.Work, context => Seen(context, Stage.Next))
            .Register(Stage.Next, context => Seen(context, Stage.End))
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(["Work True", "Next False"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y2")]
    public async Task A_router_that_a_split_joins_to_has_the_result()
    {
        var workflow = Branches
            .Split(Branches.Joining(JoinStrategy.All), _ => { }, Branches.Succeeding("a"))
            .RegisterRouter(Stage.Work, context => Seen(context, Stage.Next))
            .Register(Stage.Next, context => Seen(context, Stage.End));
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(["Work True", "Next False"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y2")]
    public async Task The_result_is_there_for_every_attempt_and_after_a_resume()
    {
        var results = new List<SplitResult?>();
        var config = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero);
        var workflow = Branches
            .Split(
                Branches.Joining(JoinStrategy.Any).WaitForAll(),
                _ => { },
                Branches.Failing("x"),
                Branches.Succeeding("a")
            )
            .Register(
                Stage.Work,
                context =>
                {
                    results.Add(context.SplitResult);
                    return results.Count < 3 ? throw new IOException() : Stage.End;
                },
                config
            )
            .WithCheckpointStore(new MemoryCheckpointStore());
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        await workflow.ResumeFromAsync("run");
        Assert.Equal(3, results.Count);
        Assert.All(
            results,
            result => Assert.Equal("IOException: x", Assert.Single(result!.Errors).Error.Message)
        );
        Assert.All(results, result => Assert.Equal("a", Assert.Single(result!.Successes).Name));
    }

    [Theory]
    [Trait("ID", "Y2")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_result_is_stored_when_that_was_asked_for(bool asked)
    {
        var store = new MemoryStore();
        var join = Branches.Joining(JoinStrategy.All);
        await Branches
            .Split(asked ? join.WithStorePartialResults() : join, _ => { }, Branches.Succeeding("a"))
            .WithResources(new Resources().Insert("store", store))
            .OrchestrateAsync(Stage.Start);
        Assert.Equal(asked, store.TryGet<SplitResult>("split_results", out var result));
        Assert.Equal(asked, result?.Successes.Count == 1);
    }

    [Fact]
    [Trait("ID", "Y2")]
    public async Task A_stored_result_can_be_read_back_from_durable_data()
    {
        SplitResult? stored = null;
        var join = Branches.Joining(JoinStrategy.Any).WaitForAll().WithStorePartialResults();
        var workflow = Branches
            .Split(join, _ => { }, Branches.Failing("x"), Branches.Succeeding("a"))
            .Register(
                Stage.Work,
                context =>
                    (stored = context.Store.Get<SplitResult>("split_results")) is null
                        ? Stage.Lost
                        : Stage.End
            )
            .WithResources(new Resources().Insert("store", MemoryStore.Durable()))
            .WithCheckpointStore(new MemoryCheckpointStore());
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal("a", Assert.Single(stored!.Successes).Name);
        Assert.Equal("IOException: x", Assert.Single(stored.Errors).Error.Message);
    }

    [Fact]
    [Trait("ID", "Y2")]
    public async Task A_result_that_has_no_store_to_go_to_fails_the_split()
    {
        var join = Branches.Joining(JoinStrategy.All).WithStorePartialResults();
        var workflow = Branches.Split(join, _ => _trail.Add("joined"), Branches.Succeeding("a"));
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(("resource_not_found", "Start"), (error.Category, error.State));
        Assert.Empty(_trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y2")]
    public async Task A_result_and_its_branches_can_be_taken_apart()
    {
        SplitResult? result = null;
        var join = Branches.Joining(JoinStrategy.Any).WithBulkhead(1);
        ITask<Stage>[] branches = [Branches.Failing("x"), Branches.Succeeding("a"), Branches.Succeeding("b")];
        await Branches.Split(join, seen => result = seen, branches).OrchestrateAsync(Stage.Start);
        var (successes, errors, cancelled) = result!;
        Assert.True(successes[0] is (1, "a"));
        Assert.True(errors[0] is (0, "x", { Category: "task_execution" }));
        Assert.True(cancelled[0] is (2, "b"));
    }

    [Fact]
    [Trait("ID", "A20"), Trait("ID", "Y2")]
    public async Task Runs_of_one_split_at_once_have_results_of_their_own()
    {
        var workflow = Workflow
            .Bare<string>()
            .RegisterSplit(
                "split",
                context => Named(context.RunId),
                JoinConfig.Create(JoinStrategy.All, "join")
            )
            .Register("join", context => context.SplitResult!.Successes.All(IsOwn(context)) ? "end" : "mixed")
            .AddExitStates("end", "mixed");
        var ends = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(i => Task.Run(() => workflow.OrchestrateAsync("split", $"run-{i}")))
        );
        Assert.All(ends, end => Assert.Equal("end", end));

        static Func<BranchSuccess, bool> IsOwn(TaskContext context) => branch => branch.Name == context.RunId;

        static IEnumerable<ITask<string>> Named(string id) =>
            Enumerable
                .Range(0, 5)
                .Select(i => CanoTask.From<string>(id, async (context, _) => await OwnAsync(context, id, i)));

        static async Task<string> OwnAsync(TaskContext context, string id, int index)
        {
            await Task.Yield();
            Assert.Equal($"{id}/k/0/b{index}", EffectKeys.Told(context.EffectKey));
            return "";
        }
    }

    private Stage Seen(TaskContext context, Stage next)
    {
        _trail.Add($"{context.State} {context.SplitResult is not null}");
        return next;
    }
}
