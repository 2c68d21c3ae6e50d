using Cano.Testing;

namespace Cano.Integration.Splits;

/// <summary>What journaled branches see of a run's durable data, and leave in it.</summary>
public sealed class JournaledDataTests
{
    private const string Id = "run";

    private readonly Trail _trail = new();
    private readonly KeepingStore _store = new();

    public static TheoryData<bool> Journals => [true, false];

    [Theory]
    [MemberData(nameof(Journals))]
    [Trait("ID", "W2")]
    public async Task A_branch_sees_what_stood_when_the_split_began_and_its_own_writes(bool isJournaled)
    {
        var (first, second) = (new Gate(), new Gate());
        var splits = new JournaledSplits(_trail)
        {
            Body = async (context, item, token) =>
            {
                var store = context.Store;
                if (item == "bb")
                    await first.PassAsync(token);
                Assert.Equal(("given", 0), (store.Get<string>("before"), store.GetOr("own", 0)));
                store.Put("own", item.Length);
                store.Put("before", item);
                store.Append("list", item);
                Assert.Equal(item.Length, store.Get<int>("own"));
                Assert.Equal(["x", item], store.Get<string[]>("list"));
            },
            Join = JoinStrategy.All,
            Config = new() { Branch = TaskConfig.Minimal },
            Next = context =>
            {
                Assert.Equal(2, context.Store.Get<int>("own"));
                Assert.Equal("bb", context.Store.Get<string>("before"));
                Assert.Equal(["x", "a", "bb"], context.Store.Get<string[]>("list"));
            },
        };
        splits.Data.Put("before", "given");
        splits.Data.Append("list", "x");
        var workflow = splits.Of("a", "bb");
        if (isJournaled)
            workflow = workflow.WithCheckpointStore(_store);
        var running = workflow.WithObserver(new Opening(first)).OrchestrateAsync(Stage.Start, Id);
        Assert.Equal(Stage.End, await running.Soon());
    }

    [Fact]
    [Trait("ID", "W2")]
    public async Task After_a_crash_a_branch_sees_what_stood_when_the_split_began()
    {
        var splits = new JournaledSplits(_trail)
        {
            Config = new() { Bulkhead = 1, Branch = TaskConfig.Minimal },
            Join = JoinStrategy.All,
            Body = (context, item, _) =>
            {
                Assert.False(context.Store.Contains("by"));
                Assert.Equal(1, context.Store.Get<int>("count"));
                context.Store.Put("by", item);
                context.Store.Put("count", context.Store.Get<int>("count") + 1);
                context.Store.Append("all", item);
                return Task.CompletedTask;
            },
            Next = context =>
            {
                Assert.Equal(("ccc", 2), (context.Store.Get<string>("by"), context.Store.Get<int>("count")));
                Assert.Equal(["a", "bb", "ccc"], context.Store.Get<string[]>("all"));
            },
        };
        splits.Data.Put("count", 1);
        for (var append = 3; append <= 6; append++)
            foreach (var point in Enum.GetValues<CrashPoint>())
            {
                var store = new KeepingStore { KeepsBytes = true };
                var crashing = new CrashingCheckpointStore(store, append, point);
                await Failures.OfAsync(
                    splits
                        .Of("a", "bb", "ccc")
                        .WithCheckpointStore(crashing)
                        .OrchestrateAsync(Stage.Start, Id)
                );
                Assert.Equal(Stage.End, await splits.Of().WithCheckpointStore(store).ResumeFromAsync(Id));
            }
    }

    [Fact]
    [Trait("ID", "W2")]
    public async Task The_row_of_a_branch_has_what_it_wrote_and_only_that()
    {
        var held = new Gate();
        var splits = new JournaledSplits(_trail)
        {
            Join = JoinStrategy.Any,
            Config = new() { Branch = TaskConfig.Minimal },
            Body = async (context, item, token) =>
            {
                context.Store.Put(item, 1);
                if (item == "held")
                    await held.PassAsync(token);
                else
                    await held.Entered;
            },
            Next = context => Assert.Equal(["quick"], context.Store.Keys),
        };
        await splits.Of("held", "quick").WithCheckpointStore(_store).OrchestrateAsync(Stage.Start, Id).Soon();
        Assert.Equal(
            [RowKind.BranchCompleted],
            _store.Rows.Where(row => row.Data is not null).Select(row => row.Kind)
        );
    }

    [Fact]
    [Trait("ID", "W2")]
    public async Task A_branch_that_a_retry_runs_again_sees_its_own_writes_and_nobody_else_s()
    {
        var isDown = true;
        var splits = new JournaledSplits(_trail)
        {
            Join = JoinStrategy.All,
            Body = (context, item, _) =>
            {
                var store = context.Store;
                var tries = store.GetOr<string[]>("tries", []);
                Assert.Equal(_trail.CountOf($"body {item}") - 1, tries.Length);
                Assert.All(tries, made => Assert.Equal(item, made));
                store.Append("tries", item);
                return isDown && item == "bb" ? throw new IOException("down") : Task.CompletedTask;
            },
            Next = context => Assert.Equal(["a", "bb", "bb"], context.Store.Get<string[]>("tries").Order()),
        };
        await using var engine = CanoEngine.InMemory();
        var workflow = splits.Of("a", "bb");
        var run = await engine.Add(workflow).StartAsync(workflow, Stage.Start, Id).Soon();
        await Failures.OfAsync(run.Completion().Soon());
        isDown = false;
        await engine.RetryAsync(Id).Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
    }

    [Fact]
    [Trait("ID", "W2")]
    public async Task What_branches_remove_clear_or_write_over_lists_counts_in_the_order_of_their_rows()
    {
        var splits = new JournaledSplits(_trail)
        {
            Join = JoinStrategy.All,
            Config = new() { Bulkhead = 1, Branch = TaskConfig.Minimal },
            Body = (context, item, _) =>
            {
                var store = context.Store;
                switch (item)
                {
                    case "append":
                        store.Append("list", "1");
                        store.Append("new", "1");
                        break;
                    case "remove":
                        Assert.True(store.Remove("gone"));
                        store.Remove("list");
                        store.Append("list", "2");
                        break;
                    case "append again":
                        store.Append("list", "3");
                        store.Append("new", "3");
                        store.Append("gone", "3");
                        break;
                }

                return Task.CompletedTask;
            },
            Next = context =>
            {
                Assert.Equal(["2", "3"], context.Store.Get<string[]>("list"));
                Assert.Equal(["1", "3"], context.Store.Get<string[]>("new"));
                Assert.Equal(["3"], context.Store.Get<string[]>("gone"));
            },
        };
        splits.Data.Append("list", "0");
        splits.Data.Append("gone", "0");
        string[] items = ["append", "remove", "append again"];
        await splits.Of(items).WithCheckpointStore(_store).OrchestrateAsync(Stage.Start, Id);
        // And from the rows alone.
        var store = new KeepingStore();
        await Failures.OfAsync(
            splits
                .Of(items)
                .WithCheckpointStore(new CrashingCheckpointStore(store, 6, CrashPoint.BeforeAppend))
                .OrchestrateAsync(Stage.Start, Id)
        );
        Assert.Equal(Stage.End, await splits.Of().WithCheckpointStore(store).ResumeFromAsync(Id));
    }

    [Fact]
    [Trait("ID", "W2")]
    public async Task Writes_that_the_run_s_data_has_no_room_for_fail_their_branch_and_are_not_kept()
    {
        var large = new string('x', 34_000_000);
        var splits = new JournaledSplits(_trail)
        {
            Config = new()
            {
                Bulkhead = 1,
                WaitForAll = true,
                Branch = TaskConfig.Minimal,
            },
            Body = (context, item, _) =>
            {
                context.Store.Put(item, large);
                context.Store.Put($"small {item}", 1);
                return Task.CompletedTask;
            },
            Next = context => Assert.Equal(["a", "small a"], context.Store.Keys.Order()),
        };
        Assert.Equal(
            Stage.End,
            await splits.Of("a", "b").WithCheckpointStore(_store).OrchestrateAsync(Stage.Start, Id)
        );
        Assert.Equal("store", splits.Behind!.Failed.Single().Error.Category);
        Assert.Contains(
            "a run keeps at most",
            splits.Behind.Failed.Single().Error.Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>Lets the second branch go on when the first has ended.</summary>
    private sealed class Opening(Gate gate) : IWorkflowObserver
    {
        public void OnTaskSuccess(RunPoint at) => gate.Open();
    }
}
