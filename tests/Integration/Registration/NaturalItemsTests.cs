namespace Cano.Integration.Registration;

/// <summary>Every lambda and method group that one would write for the items of a batch or a split, their
/// work and what follows is taken: that this compiles is half of the test.</summary>
public sealed class NaturalItemsTests
{
    private static readonly int[] s_items = [1, 2, 3];

    public static TheoryData<string, Workflow<Stage>> Batches =>
        new()
        {
            {
                "lambdas",
                At()
                    .RegisterBatch(
                        Stage.Start,
                        _ => s_items,
                        (_, item, _) => DoubleAsync(item),
                        (_, r) => After(r)
                    )
            },
            {
                "a list",
                At()
                    .RegisterBatch(
                        Stage.Start,
                        _ => new List<int>(s_items),
                        async (_, item, token) => await DoubleTaskAsync(item, token),
                        (_, r) => After(r),
                        concurrency: 2
                    )
            },
            {
                "lambdas of Tasks",
                At()
                    .RegisterBatch(
                        Stage.Start,
                        _ => s_items,
                        (_, item, token) => DoubleTaskAsync(item, token),
                        async (_, r, token) => await AfterAsync(r, token)
                    )
            },
            {
                "lambdas of ValueTasks",
                At()
                    .RegisterBatch(
                        Stage.Start,
                        _ => s_items,
                        (_, item, _) => DoubleAsync(item),
                        async (_, r, token) => await AfterAsync(r, token),
                        to: [Stage.End]
                    )
            },
            { "method groups", At().RegisterBatch<int, int>(Stage.Start, List, WorkAsync, Finish) },
            {
                "method groups of Tasks",
                At().RegisterBatch<int, int>(Stage.Start, List, WorkTaskAsync, FinishAsync)
            },
            {
                "a lambda that throws",
                At()
                    .RegisterBatch(
                        Stage.Start,
                        _ => s_items,
                        async (_, item, token) => await DoubleTaskAsync(item, token),
                        (_, r) => throw new IOException("broken")
                    )
            },
            {
                "items from Task<List>",
                At()
                    .RegisterBatch(
                        Stage.Start,
                        Items.From(async (_, token) => await ListAsync(token)),
                        async (_, item, token) => await DoubleTaskAsync(item, token),
                        (_, r) => After(r)
                    )
            },
            {
                "items from a lambda of Task<List>",
                At()
                    .RegisterBatch(
                        Stage.Start,
                        Items.From((_, token) => ListAsync(token)),
                        (_, item, _) => DoubleAsync(item),
                        async (_, r, token) => await AfterAsync(r, token)
                    )
            },
            {
                "items from Task<array>",
                At()
                    .RegisterBatch(
                        Stage.Start,
                        Items.From((_, token) => ArrayAsync(token)),
                        (_, item, token) => DoubleTaskAsync(item, token),
                        (_, r) => After(r)
                    )
            },
            {
                "items one by one",
                At()
                    .RegisterBatch(
                        Stage.Start,
                        Items.From((_, _) => OneByOneAsync()),
                        (_, item, token) => DoubleTaskAsync(item, token),
                        async (_, r, token) => await AfterAsync(r, token)
                    )
            },
        };

    public static TheoryData<string, Workflow<Stage>> Splits =>
        new()
        {
            {
                "lambdas",
                At()
                    .RegisterSplit(
                        Stage.Start,
                        _ => s_items.Where(item => item > 0),
                        (_, item, _) => DoubleAsync(item),
                        JoinStrategy.All,
                        (_, r) => After(r)
                    )
            },
            {
                "async lambdas",
                At()
                    .RegisterSplit(
                        Stage.Start,
                        _ => s_items,
                        async (_, item, token) => await DoubleTaskAsync(item, token),
                        JoinStrategy.All,
                        async (_, r, token) => await AfterAsync(r, token)
                    )
            },
            {
                "lambdas of Tasks",
                At()
                    .RegisterSplit(
                        Stage.Start,
                        _ => s_items,
                        (_, item, token) => DoubleTaskAsync(item, token),
                        JoinStrategy.All,
                        (_, r) => After(r),
                        new SplitConfig { Bulkhead = 2 }
                    )
            },
            {
                "a lambda of a Task and an async one",
                At()
                    .RegisterSplit(
                        Stage.Start,
                        _ => s_items,
                        (_, item, token) => DoubleTaskAsync(item, token),
                        JoinStrategy.All,
                        async (_, r, token) => await AfterAsync(r, token)
                    )
            },
            {
                "method groups",
                At().RegisterSplit<int, int>(Stage.Start, Listed, WorkAsync, JoinStrategy.All, Next)
            },
            {
                "method groups of Tasks",
                At().RegisterSplit<int, int>(Stage.Start, Listed, WorkTaskAsync, JoinStrategy.All, NextAsync)
            },
            {
                "a lambda that throws",
                At()
                    .RegisterSplit(
                        Stage.Start,
                        _ => s_items,
                        (_, item, _) => DoubleAsync(item),
                        JoinStrategy.All,
                        (_, r) => throw new IOException("broken")
                    )
            },
            {
                "items, lambdas",
                At()
                    .RegisterSplit(
                        Stage.Start,
                        Items.From(async (_, token) => await ListAsync(token)),
                        (_, item, _) => DoubleAsync(item),
                        JoinStrategy.All,
                        (_, r) => After(r)
                    )
            },
            {
                "items, lambdas of Tasks",
                At()
                    .RegisterSplit(
                        Stage.Start,
                        Items.From((_, _) => OneByOneAsync()),
                        (_, item, token) => DoubleTaskAsync(item, token),
                        JoinStrategy.All,
                        async (_, r, token) => await AfterAsync(r, token)
                    )
            },
        };

    [Theory]
    [Trait("ID", "F84")]
    [MemberData(nameof(Batches), DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Splits), DisableDiscoveryEnumeration = true)]
    public async Task A_batch_and_a_split_for_items_take_every_form(string form, Workflow<Stage> workflow)
    {
        var outcome = await workflow.TryOrchestrateAsync(Stage.Start).Soon();
        if (form == "a lambda that throws")
            Assert.Contains("broken", outcome.LeftToSeq().First().ToString(), StringComparison.Ordinal);
        else
            Assert.Equal(Stage.End, outcome);
    }

    [Fact]
    [Trait("ID", "F84")]
    public async Task Null_where_items_or_a_task_were_meant_fails_the_state_and_says_so()
    {
        var batch = At()
            .RegisterBatch<int, int>(Stage.Start, _ => null!, (_, item, _) => DoubleAsync(item), Finish);
        Assert.Contains("null", await MessageAsync(batch), StringComparison.Ordinal);
        var split = At()
            .RegisterSplit<int, int>(
                Stage.Start,
                _ => null!,
                (_, item, _) => DoubleAsync(item),
                JoinStrategy.All,
                Next
            );
        Assert.Contains("null", await MessageAsync(split), StringComparison.Ordinal);
        var work = At()
            .RegisterBatch(
                Stage.Start,
                _ => s_items,
                (_, _, _) => (Task<int>)null!,
                (_, r) =>
                    r.All(one => one.Error is { } error && error.Message.Contains("null"))
                        ? Stage.End
                        : Stage.Lost
            );
        Assert.Equal(Stage.End, await work.OrchestrateAsync(Stage.Start));
    }

    [Fact]
    [Trait("ID", "F84")]
    public async Task Items_of_a_batch_are_loaded_once_a_visit_however_often_it_is_tried()
    {
        var (loads, tries) = (0, 0);
        var workflow = At()
            .RegisterBatch(
                Stage.Start,
                _ =>
                {
                    loads++;
                    return s_items;
                },
                (_, item, _) => DoubleAsync(item),
                (_, r) => ++tries < 3 ? throw new IOException("not yet") : After(r),
                config: TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.Zero)
            );
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal((1, 3), (loads, tries));
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(2, loads);
    }

    [Fact]
    [Trait("ID", "F84")]
    public void What_makes_no_sense_is_refused_where_it_is_given()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            At().RegisterBatch<int, int>(Stage.Start, List, WorkAsync, Finish, concurrency: 0)
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new SplitConfig { Bulkhead = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SplitConfig { Timeout = TimeSpan.Zero });
        Assert.Throws<ArgumentNullException>(() =>
            At().RegisterSplit<int, int>(Stage.Start, Listed, WorkAsync, null!, Next)
        );
    }

    private static async Task<string> MessageAsync(Workflow<Stage> workflow) =>
        (await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start))).Message;

    private static Workflow<Stage> At() => Workflow.Bare<Stage>().AddExitState(Stage.End);

    private static ValueTask<int> DoubleAsync(int item) => new(2 * item);

    private static async Task<int> DoubleTaskAsync(int item, CancellationToken token)
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        return 2 * item;
    }

    private static async Task<List<int>> ListAsync(CancellationToken token)
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        return [.. s_items];
    }

    private static async Task<int[]> ArrayAsync(CancellationToken token) => [.. await ListAsync(token)];

    private static async IAsyncEnumerable<int> OneByOneAsync()
    {
        foreach (var item in s_items)
        {
            await Task.Yield();
            yield return item;
        }
    }

    private static Stage After(IReadOnlyList<ItemResult<int>> results) =>
        results.Sum(one => one.Value) == 12 ? Stage.End : Stage.Lost;

    private static Stage After(BranchResults<int, int> results) =>
        results.Succeeded.Sum(one => one.Value) == 12 ? Stage.End : Stage.Lost;

    private static async ValueTask<Stage> AfterAsync(
        IReadOnlyList<ItemResult<int>> results,
        CancellationToken token
    )
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        return After(results);
    }

    private static async ValueTask<Stage> AfterAsync(BranchResults<int, int> results, CancellationToken token)
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        return After(results);
    }

    private static IReadOnlyList<int> List(TaskContext context) => s_items;

    private static IEnumerable<int> Listed(TaskContext context) => s_items;

    private static ValueTask<int> WorkAsync(TaskContext context, int item, CancellationToken token) =>
        DoubleAsync(item);

    private static Task<int> WorkTaskAsync(TaskContext context, int item, CancellationToken token) =>
        DoubleTaskAsync(item, token);

    private static Stage Finish(TaskContext context, IReadOnlyList<ItemResult<int>> results) =>
        After(results);

    private static ValueTask<Stage> FinishAsync(
        TaskContext context,
        IReadOnlyList<ItemResult<int>> results,
        CancellationToken token
    ) => AfterAsync(results, token);

    private static Stage Next(TaskContext context, BranchResults<int, int> results) => After(results);

    private static ValueTask<Stage> NextAsync(
        TaskContext context,
        BranchResults<int, int> results,
        CancellationToken token
    ) => AfterAsync(results, token);
}
