using Cano.Testing;

namespace Cano.Integration.Splits;

/// <summary>Splits with a branch for each item, whose results choose what follows.</summary>
public sealed class ItemSplitTests
{
    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();
    private readonly Gate _never = new();
    private BranchResults<string, int>? _seen;
    private BranchResults<string, int>? _behind;

    [Fact]
    [Trait("ID", "W1")]
    public async Task Results_come_in_the_order_of_the_items_however_their_branches_end()
    {
        var workflow = Lengths(
            ["ccc", "bb", "", "a"],
            async (context, item, token) =>
            {
                // The longest last.
                await Task.Delay(TimeSpan.FromSeconds(item.Length), context.TimeProvider, token);
                return item.Length > 0 ? item.Length : throw new IOException("empty");
            },
            JoinStrategy.Quorum(3)
        );
        Assert.Equal(Stage.End, await _time.RunAsync(workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal(
            [(0, "ccc", 3), (1, "bb", 2), (3, "a", 1)],
            _seen!.Succeeded.Select(one => (one.Index, one.Item, one.Value))
        );
        var failed = Assert.Single(_seen.Failed);
        Assert.Equal((2, "", "IOException: empty"), (failed.Index, failed.Item, failed.Error.Message));
        Assert.Empty(_seen.NotNeeded);
        Assert.Equal(4, _seen.Total);
        Assert.Same(_seen, _behind);
    }

    [Fact]
    [Trait("ID", "W1")]
    public async Task What_has_not_ended_when_the_join_is_decided_is_not_needed()
    {
        var workflow = Lengths(["never", "a", "never too"], WaitOrMeasure, JoinStrategy.Any);
        await _time.RunAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal([(1, "a", 1)], _seen!.Succeeded.Select(one => (one.Index, one.Item, one.Value)));
        Assert.Empty(_seen.Failed);
        Assert.Equal(["never", "never too"], _seen.NotNeeded);
    }

    [Fact]
    [Trait("ID", "W1")]
    public async Task What_has_not_ended_at_the_deadline_of_a_partial_timeout_is_not_needed()
    {
        var workflow = Lengths(
            ["a", "never"],
            WaitOrMeasure,
            JoinStrategy.PartialTimeout,
            new SplitConfig { Timeout = TimeSpan.FromMinutes(1) }
        );
        await _time.RunAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["never"], _seen!.NotNeeded);
        Assert.Equal(1, _seen.Succeeded.Single().Value);
    }

    [Fact]
    [Trait("ID", "W1")]
    public async Task A_journaled_run_gets_what_JSON_gives_back_in_every_state_that_has_it()
    {
        var cart = new Cart("a");
        BranchResults<Cart, Cart>? seen = null;
        BranchResults<Cart, Cart>? behind = null;
        var workflow = Workflow
            .Bare<Stage>()
            .WithCheckpointStore(new KeepingStore())
            .RegisterSplit(
                Stage.Start,
                _ => new[] { cart },
                (_, item, _) => new ValueTask<Cart>(item),
                JoinStrategy.All,
                (_, results) =>
                {
                    seen = results;
                    return Stage.Work;
                }
            )
            .Register(
                Stage.Work,
                context =>
                {
                    behind = context.BranchResults<Cart, Cart>();
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal([new BranchResult<Cart, Cart>(0, cart, cart)], seen!.Succeeded);
        Assert.NotSame(cart, seen.Succeeded[0].Value);
        Assert.Same(seen, behind);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [Trait("ID", "W1")]
    public async Task After_a_crash_the_state_behind_the_split_has_the_results_again(int? snapshotEvery)
    {
        var store = new KeepingStore();
        var isDown = true;
        var asked = 0;
        Workflow<Stage> Orders() =>
            (
                snapshotEvery is { } every
                    ? Workflow.Bare<Stage>().WithSnapshotEvery(every)
                    : Workflow.Bare<Stage>()
            )
                .WithName("orders")
                .WithCheckpointStore(store)
                .RegisterSplit(
                    Stage.Start,
                    _ =>
                    {
                        asked++;
                        return new[] { "aa", "", "a" };
                    },
                    async (_, item, token) => await MeasureAsync(item, token),
                    JoinStrategy.Quorum(2),
                    (_, _) => Stage.Work,
                    new SplitConfig { WaitForAll = true, Branch = TaskConfig.Minimal }
                )
                .Register(
                    Stage.Work,
                    context =>
                    {
                        _behind = context.BranchResults<string, int>();
                        return isDown ? throw new IOException("down") : Stage.End;
                    },
                    TaskConfig.Minimal
                )
                .AddExitState(Stage.End);
        await Failures.OfAsync(Orders().OrchestrateAsync(Stage.Start, "run"));
        var before = _behind!;
        (isDown, _behind) = (false, null);
        Assert.Equal(Stage.End, await Orders().ResumeFromAsync("run"));
        Assert.NotSame(before, _behind);
        Assert.Equal(before.Succeeded, _behind!.Succeeded);
        Assert.Equal(
            [(0, "aa", 2), (2, "a", 1)],
            _behind.Succeeded.Select(one => (one.Index, one.Item, one.Value))
        );
        Assert.Equal((1, ""), (_behind.Failed.Single().Index, _behind.Failed.Single().Item));
        Assert.Equal(before.Failed.Single().Error.Message, _behind.Failed.Single().Error.Message);
        Assert.Equal(1, asked);
    }

    [Fact]
    [Trait("ID", "W1")]
    public async Task A_codec_of_the_user_s_stands_around_the_results()
    {
        await using var engine = CanoEngine.InMemory(new CanoEngineOptions { Codec = new Turned() });
        var workflow = Lengths(["secret"], WaitOrMeasure, JoinStrategy.All, driven: false).WithName("orders");
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await run.Completion().Soon();
        Assert.Equal(6, _behind!.Succeeded.Single().Value);
        foreach (var row in await engine.HistoryAsync("order-1"))
            Assert.DoesNotContain(
                "secret",
                System.Text.Encoding.UTF8.GetString(row.ToBytes()),
                StringComparison.Ordinal
            );
    }

    [Fact]
    [Trait("ID", "W1")]
    public async Task Results_that_a_row_cannot_keep_fail_the_split_and_say_so()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .WithCheckpointStore(new KeepingStore())
            .RegisterSplit(
                Stage.Start,
                _ => new[] { 1 },
                (_, _, _) => new ValueTask<Stream>(new MemoryStream()),
                JoinStrategy.All,
                (_, _) => Stage.End
            )
            .AddExitState(Stage.End);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(("configuration", "Start"), (error.Category, error.State));
        Assert.Contains("What the branches of split 'Start' gave", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "W1")]
    public async Task A_choice_that_fails_or_strays_fails_the_run_in_the_split_s_state()
    {
        var thrown = await FailureAsync((_, _) => throw new IOException("undecided"));
        Assert.Equal(("task_execution", "Start"), (thrown.Category, thrown.State));
        var strayed = await FailureAsync((_, _) => Stage.Next);
        Assert.Equal(("workflow", "Start"), (strayed.Category, strayed.State));
        var undeclared = await FailureAsync((_, _) => Stage.Work, to: [Stage.End]);
        Assert.Contains("declared edges", undeclared.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "W1")]
    public async Task An_attempt_that_was_given_up_on_does_not_give_the_branch_s_result()
    {
        var late = new Gate();
        var workflow = Lengths(
            ["a"],
            async (context, item, _) =>
            {
                if (context.Attempt > 1)
                    return item.Length;
                await late.PassAsync(CancellationToken.None);
                return 99;
            },
            JoinStrategy.All,
            new SplitConfig
            {
                Branch = TaskConfig
                    .Minimal.WithFixedRetry(1, TimeSpan.Zero)
                    .WithAttemptTimeout(TimeSpan.FromSeconds(1)),
            }
        );
        await _time.RunAsync(workflow.OrchestrateAsync(Stage.Start));
        late.Open();
        Assert.Equal(1, _seen!.Succeeded.Single().Value);
    }

    [Fact]
    [Trait("ID", "W1")]
    public async Task A_run_that_is_suspended_while_it_chooses_runs_the_split_again()
    {
        await using var engine = CanoEngine.InMemory(new CanoEngineOptions { StopGrace = TimeSpan.Zero });
        var gate = new Gate();
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .RegisterSplit(
                Stage.Start,
                _ => new[] { 1, 2 },
                (_, item, _) =>
                {
                    _trail.Add($"branch {item}");
                    return new ValueTask<int>(item);
                },
                JoinStrategy.All,
                async (_, results, token) =>
                {
                    await gate.PassAsync(token);
                    return results.Total == 2 ? Stage.End : Stage.Work;
                },
                new SplitConfig { Bulkhead = 1 }
            )
            .AddExitStates(Stage.End, Stage.Work);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await gate.Entered.Soon();
        await engine.SuspendAsync().Soon();
        Assert.Equal(RunStatus.Suspended, (await run.DescribeAsync()).Status);
        gate.Open();
        await foreach (var end in engine.ResumeAsync())
            Assert.Equal(RunStatus.Completed, end.Status);
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["branch 1", "branch 2", "branch 1", "branch 2"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "W1")]
    public async Task A_state_that_follows_no_such_split_is_told_so()
    {
        var none = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, context => Told(context), TaskConfig.Minimal)
            .AddExitState(Stage.End);
        Assert.Contains(
            "follows no split",
            (await Failures.OfAsync(none.OrchestrateAsync(Stage.Start))).Message,
            StringComparison.Ordinal
        );
        var others = Workflow
            .Bare<Stage>()
            .RegisterSplit(
                Stage.Start,
                _ => new[] { 1 },
                (_, item, _) => new ValueTask<int>(item),
                JoinStrategy.All,
                (_, _) => Stage.Work
            )
            .Register(Stage.Work, context => Told(context), TaskConfig.Minimal)
            .AddExitState(Stage.End);
        Assert.Contains(
            "BranchResults<Int32, Int32>",
            (await Failures.OfAsync(others.OrchestrateAsync(Stage.Start))).Message,
            StringComparison.Ordinal
        );

        static Stage Told(TaskContext context)
        {
            _ = context.BranchResults<string, int>();
            return Stage.End;
        }
    }

    [Fact]
    [Trait("ID", "W3")]
    public async Task A_branch_that_a_decided_join_does_not_need_is_told_of_as_that_and_nothing_is_logged()
    {
        var (observer, logger) = (new RecordingObserver(), new KeepingLogger());
        var workflow = Lengths(["never", "a"], WaitOrMeasure, JoinStrategy.Any)
            .WithObserver(observer)
            .WithLogger(logger);
        await _time.RunAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal("Start[0]", observer.Events.Single(seen => seen.Hook == "OnBranchNotNeeded").At.Task);
        Assert.DoesNotContain(observer.Events, seen => seen.Hook == "OnTaskFailure");
        observer.AssertTasksPaired();
        Assert.Empty(logger.Warnings);
        Assert.Empty(logger.Errors);
    }

    [Fact]
    [Trait("ID", "W3")]
    public async Task A_branch_that_the_run_s_own_stop_ends_has_failed_as_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var observer = new RecordingObserver();
        var workflow = Lengths(["never"], WaitOrMeasure, JoinStrategy.Any).WithObserver(observer);
        var run = workflow.OrchestrateAsync(Stage.Start, cancel.Token);
        await _never.Entered.Soon();
        await cancel.CancelAsync();
        await Failures.OfAsync(run);
        Assert.DoesNotContain(observer.Events, seen => seen.Hook == "OnBranchNotNeeded");
        Assert.Contains(observer.Events, seen => seen is { Hook: "OnTaskFailure", Detail: "cancelled" });
    }

    private static async Task<CanoError> FailureAsync(
        Func<TaskContext, BranchResults<int, int>, Stage> next,
        IEnumerable<Stage>? to = null
    ) =>
        await Failures.OfAsync(
            Workflow
                .Bare<Stage>()
                .RegisterSplit(
                    Stage.Start,
                    _ => new[] { 1 },
                    (_, item, _) => new ValueTask<int>(item),
                    JoinStrategy.All,
                    next,
                    to: to
                )
                .AddExitStates(Stage.End, Stage.Work)
                .OrchestrateAsync(Stage.Start)
        );

    private static async ValueTask<int> MeasureAsync(string item, CancellationToken token)
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        return item.Length > 0 ? item.Length : throw new IOException("empty");
    }

    private async ValueTask<int> WaitOrMeasure(TaskContext context, string item, CancellationToken token)
    {
        if (item.StartsWith("never", StringComparison.Ordinal))
            await _never.PassAsync(token);
        return item.Length;
    }

    private Workflow<Stage> Lengths(
        string[] items,
        Func<TaskContext, string, CancellationToken, ValueTask<int>> body,
        JoinStrategy join,
        SplitConfig? config = null,
        bool driven = true
    )
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterSplit(
                Stage.Start,
                _ => items,
                body,
                join,
                (_, results) =>
                {
                    _seen = results;
                    return Stage.Work;
                },
                config ?? new SplitConfig { Branch = TaskConfig.Minimal }
            )
            .Register(
                Stage.Work,
                context =>
                {
                    _behind = context.BranchResults<string, int>();
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        return driven ? workflow.WithTimeProvider(_time) : workflow;
    }

    private sealed record Cart(string Name);

    private sealed class Turned : IPayloadCodec
    {
        public string Name => "turned";

        public ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> plain) => Turn(plain);

        public ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> stored) => Turn(stored);

        private static byte[] Turn(ReadOnlyMemory<byte> bytes) =>
            [.. bytes.ToArray().Select(one => (byte)(one ^ 0x5A))];
    }
}
