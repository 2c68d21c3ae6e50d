using Cano.Testing;

namespace Cano.Integration.Splits;

public sealed class BranchTests
{
    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "K12")]
    public async Task A_branch_keeps_its_place_under_the_bulkhead_across_its_retries()
    {
        var join = Branches.Joining(JoinStrategy.All).WithBulkhead(1);
        var workflow = Branches
            .Split(join, _ => { }, Retrying("a", 3), Retrying("b", 2))
            .WithTimeProvider(_time);
        await _time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["a 1", "a 2", "a 3", "b 1", "b 2"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "J11")]
    public async Task Every_branch_has_retries_of_its_own()
    {
        SplitResult? result = null;
        var join = Branches.Joining(JoinStrategy.Quorum(2)).WaitForAll();
        var workflow = Branches
            .Split(join, seen => result = seen, Retrying("a", 2), Retrying("b", 4), Retrying("c", 99))
            .WithTimeProvider(_time);
        await _time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal((2, 4, 5), (Tries("a"), Tries("b"), Tries("c")));
        var failed = Assert.Single(result!.Errors);
        Assert.Equal(("c", "retry_exhausted"), (failed.Name, failed.Error.Category));
        Assert.Equal("task_execution", failed.Error.Source!.Category);
    }

    [Fact]
    [Trait("ID", "J1"), Trait("ID", "A14")]
    public async Task A_branch_without_a_config_has_the_default_one()
    {
        var branch = CanoTask.From<Stage>(
            "plain",
            (context, _) => throw new IOException(Marked($"try {context.Attempt}").ToString())
        );
        var workflow = Branches
            .Split(Branches.Joining(JoinStrategy.All), _ => { }, branch)
            .WithTimeProvider(_time);
        await Failures.OfAsync(_time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal(["try 1", "try 2", "try 3", "try 4"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "J10"), Trait("ID", "K11")]
    public async Task A_branch_that_takes_too_long_is_a_failed_branch()
    {
        var gate = new Gate();
        SplitResult? result = null;
        var timed = CanoTask.From<Stage>(
            "timed",
            async (_, token) =>
            {
                await gate.PassAsync(token);
                return Stage.End;
            },
            TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(1))
        );
        var join = Branches.Joining(JoinStrategy.Any).WaitForAll();
        var run = Branches
            .Split(join, seen => result = seen, timed, Branches.Succeeding("a"))
            .WithTimeProvider(_time)
            .OrchestrateAsync(Stage.Start);
        await gate.Entered;
        _time.Advance(TimeSpan.FromSeconds(1));
        await run;
        Assert.Equal("timeout", Assert.Single(result!.Errors).Error.Category);
    }

    [Fact]
    [Trait("ID", "K13"), Trait("ID", "Y23")]
    public async Task An_exception_fails_its_branch_and_the_siblings_go_on()
    {
        var gate = new Gate();
        var join = Branches.Joining(JoinStrategy.Any).WithBulkhead(1);
        var run = Branches
            .Split(join, _ => { }, Branches.Failing("bad"), Branches.Waiting("good", gate))
            .OrchestrateAsync(Stage.Start);
        await gate.Entered;
        gate.Open();
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "K16")]
    public async Task Branches_share_resources_and_store()
    {
        var shared = new object();
        var store = new MemoryStore();
        var resources = new Resources().Insert("shared", shared).Insert("store", store);
        ITask<Stage> Branch(string name) =>
            CanoTask.From<Stage>(
                name,
                (context, _) => new(Put(context, ReferenceEquals(shared, context.Get<object>("shared"))))
            );
        await Branches
            .Split(Branches.Joining(JoinStrategy.All), _ => { }, Branch("a"), Branch("b"))
            .WithResources(resources)
            .OrchestrateAsync(Stage.Start);
        Assert.Equal([true, true], store.Get<bool[]>("same"));
    }

    [Fact]
    [Trait("ID", "K14")]
    public async Task Branches_run_at_once()
    {
        var gates = new[] { new Gate(), new Gate(), new Gate() };
        var workflow = Branches.Split(
            Branches.Joining(JoinStrategy.All),
            _ => { },
            [.. gates.Select((gate, i) => Branches.Waiting($"{i}", gate))]
        );
        var run = workflow.OrchestrateAsync(Stage.Start);
        await Task.WhenAll(gates.Select(gate => gate.Entered));
        foreach (var gate in gates)
            gate.Open();
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "K14")]
    public async Task A_branch_that_blocks_its_thread_holds_up_no_other()
    {
        using var opened = new ManualResetEventSlim();
        var blocking = CanoTask.From<Stage>(
            "blocking",
            (_, _) =>
            {
                opened.Wait(CancellationToken.None);
                return new(Stage.End);
            }
        );
        var opening = CanoTask.From<Stage>(
            "opening",
            (_, _) =>
            {
                opened.Set();
                return new(Stage.End);
            }
        );
        var run = Branches
            .Split(Branches.Joining(JoinStrategy.All), _ => { }, blocking, opening)
            .OrchestrateAsync(Stage.Start);
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "K14")]
    public async Task Every_one_of_many_branches_runs_once()
    {
        var runs = new int[1_000];
        var branches = Enumerable.Range(0, runs.Length).Select(Counted);
        SplitResult? result = null;
        await Branches
            .Split(Branches.Joining(JoinStrategy.All).WithBulkhead(100), seen => result = seen, [.. branches])
            .OrchestrateAsync(Stage.Start);
        Assert.All(runs, count => Assert.Equal(1, count));
        Assert.Equal(Enumerable.Range(0, runs.Length), result!.Successes.Select(branch => branch.Index));

        ITask<Stage> Counted(int branch) =>
            CanoTask.From<Stage>(
                $"{branch}",
                async (_, _) =>
                {
                    Interlocked.Increment(ref runs[branch]);
                    if (branch % 3 == 0)
                        await Task.Yield();
                    return Stage.End;
                }
            );
    }

    private static Stage Put(TaskContext context, bool same)
    {
        context.Store.Append("same", same);
        return Stage.End;
    }

    private int Tries(string name) =>
        _trail.Marks.Count(mark => mark.StartsWith(name, StringComparison.Ordinal));

    private Stage Marked(string mark)
    {
        _trail.Add(mark);
        return Stage.End;
    }

    /// <summary>Succeeds at its n-th attempt; gives up after five.</summary>
    private ITask<Stage> Retrying(string name, int n) =>
        CanoTask.From<Stage>(
            name,
            (context, _) =>
            {
                _trail.Add($"{name} {context.Attempt}");
                return context.Attempt < n ? throw new IOException() : new ValueTask<Stage>(Stage.End);
            },
            TaskConfig.Minimal.WithFixedRetry(4, TimeSpan.FromSeconds(1))
        );
}
