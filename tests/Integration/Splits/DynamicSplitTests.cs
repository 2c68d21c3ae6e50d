namespace Cano.Integration.Splits;

public sealed class DynamicSplitTests
{
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "A6"), Trait("ID", "Y18")]
    public async Task Branches_may_be_listed_when_the_state_is_entered()
    {
        var store = new MemoryStore();
        store.Put("suppliers", new[] { "a", "b", "c" });
        await Listing(context => context.Store.Get<string[]>("suppliers"), Branches.Joining(JoinStrategy.All))
            .WithResources(new Resources().Insert("store", store))
            .OrchestrateAsync(Stage.Start);
        Assert.Equal(["a", "b", "c", "joined 3"], _trail.Marks.Order());
    }

    [Fact]
    [Trait("ID", "Y18")]
    public async Task The_list_is_made_anew_at_each_entry()
    {
        var entries = 0;
        var workflow = Listing(_ => [$"branch of entry {++entries}"], Branches.Joining(JoinStrategy.All))
            .Register(Stage.Work, _ => entries < 2 ? Stage.Start : Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(["branch of entry 1", "branch of entry 2"], _trail.Marks);
    }

    public static TheoryData<JoinConfig<Stage>> Joins =>
        new(
            Branches.Joining(JoinStrategy.All),
            Branches.Joining(JoinStrategy.Any),
            Branches.Joining(JoinStrategy.Quorum(2)),
            Branches.Joining(JoinStrategy.Percentage(0.5)),
            Branches.Joining(JoinStrategy.PartialResults(1)),
            Branches.Joining(JoinStrategy.PartialTimeout).WithTimeout(TimeSpan.FromHours(1)),
            Branches.Joining(JoinStrategy.All).WaitForAll().WithBulkhead(2)
        );

    [Theory]
    [Trait("ID", "K15"), Trait("ID", "Y4")]
    [MemberData(nameof(Joins), DisableDiscoveryEnumeration = true)]
    public async Task An_empty_dynamic_split_joins_at_once(JoinConfig<Stage> join)
    {
        await Listing(_ => [], join)
            .WithTimeProvider(new Cano.Testing.VirtualTime())
            .OrchestrateAsync(Stage.Start);
        Assert.Equal(["joined 0"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y23")]
    public async Task A_list_that_cannot_be_made_fails_its_state()
    {
        var cause = new IOException("no list");
        var workflow = Listing(_ => throw cause, Branches.Joining(JoinStrategy.All));
        var thrown = await Assert.ThrowsAsync<CanoException>(() => workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(("task_execution", "Start"), (thrown.Error.Category, thrown.Error.State));
        Assert.Same(cause, thrown.InnerException);
    }

    [Theory]
    [Trait("ID", "Y18")]
    [InlineData("list")]
    [InlineData("branch")]
    [InlineData("config")]
    public async Task A_list_with_a_hole_fails_its_state_and_says_what_is_missing(string missing)
    {
        var branch = Marking("a");
        IEnumerable<ITask<Stage>> listed =
            missing == "branch" ? [branch, null!] : [branch, new Unconfigured()];
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterSplit(
                Stage.Start,
                _ => missing == "list" ? null! : listed,
                Branches.Joining(JoinStrategy.All)
            )
            .Register(Stage.Work, _ => Stage.End)
            .AddExitState(Stage.End);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(("workflow", "Start"), (error.Category, error.State));
        Assert.Contains("split 'Start'", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(missing, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(_trail.Marks);
    }

    [Fact]
    [Trait("ID", "D5"), Trait("ID", "F2")]
    public async Task A_resume_runs_the_whole_split_again()
    {
        var store = new KeepingStore();
        var broken = true;
        var workflow = Listing(_ => ["a", "b"], Branches.Joining(JoinStrategy.All))
            .WithCheckpointStore(store);
        store.Appending = row => _ = broken && row.State == "Work" ? throw new IOException("power") : row;
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        broken = false;
        await workflow.ResumeFromAsync("run");
        Assert.Equal((2, 2), (_trail.CountOf("a"), _trail.CountOf("b")));
        Assert.Equal(
            ["StateEntered Start", "StateEntered Start", "StateEntered Work", "Finished End"],
            store.Story
        );
    }

    [Fact]
    [Trait("ID", "K4")]
    public async Task A_thousand_branches_join()
    {
        await Listing(
                _ => [.. Enumerable.Range(0, 1000).Select(i => $"{i}")],
                Branches.Joining(JoinStrategy.All).WithBulkhead(16)
            )
            .OrchestrateAsync(Stage.Start);
        Assert.Equal("joined 1000", _trail.Marks[^1]);
        Assert.Equal(1001, _trail.Marks.Distinct().Count());
    }

    private Workflow<Stage> Listing(Func<TaskContext, string[]> names, JoinConfig<Stage> join) =>
        Workflow
            .Bare<Stage>()
            .RegisterSplit(Stage.Start, context => names(context).Select(Marking), join)
            .Register(
                Stage.Work,
                context =>
                {
                    _trail.Add($"joined {context.SplitResult!.Total}");
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);

    private sealed class Unconfigured : ITask<Stage>
    {
        public TaskConfig Config => null!;

        public ValueTask<Stage> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(Stage.End);
    }

    private ITask<Stage> Marking(string name) =>
        CanoTask.From<Stage>(
            name,
            (_, _) =>
            {
                _trail.Add(name);
                return new ValueTask<Stage>(Stage.End);
            }
        );
}
