using Cano.Testing;

namespace Cano.Integration.Splits;

/// <summary>Splits whose items, and what each branch came to, are rows.</summary>
public sealed class JournaledSplitTests
{
    private const string Id = "run";

    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();
    private readonly KeepingStore _store = new();

    [Fact]
    [Trait("ID", "W2")]
    public async Task Rows_tell_of_the_items_and_of_each_branch_that_ended()
    {
        var splits = new JournaledSplits(_trail);
        await splits.Of("aa", "b").WithCheckpointStore(_store).OrchestrateAsync(Stage.Start, Id);
        Assert.Equal(
            [
                "StateEntered Start",
                "BranchesListed Start",
                "BranchCompleted Start",
                "BranchCompleted Start",
                "StateEntered Work",
                "Finished End",
            ],
            _store.Story
        );
        Assert.Equal([("aa", 2), ("b", 1)], splits.Behind!.Succeeded.Select(one => (one.Item, one.Value)));
    }

    public static TheoryData<int, CrashPoint> Crashes => CrashPoints.Of(1, 7);

    [Theory]
    [MemberData(nameof(Crashes))]
    [Trait("ID", "W2")]
    public async Task A_resume_lists_no_items_and_runs_only_what_had_not_ended(int append, CrashPoint point)
    {
        var splits = new JournaledSplits(_trail);
        var crashing = new CrashingCheckpointStore(_store, append, point);
        var died = await Failures.OfAsync(
            splits.Of("aaa", "bb", "", "c").WithCheckpointStore(crashing).OrchestrateAsync(Stage.Start, Id)
        );
        Assert.Equal("checkpoint_store", died.Category);
        if (_store.Rows.Count == 0)
            return;

        var isListed = _store.Rows.Any(row => row.Kind == RowKind.BranchesListed);
        var (ended, called) = (Ended, Called);
        var again = new JournaledSplits(_trail) { Asked = "asked again" };
        var resumed = again.Of(isListed ? ["other"] : ["aaa", "bb", "", "c"]).WithCheckpointStore(_store);
        Assert.Equal(Stage.End, await resumed.ResumeFromAsync(Id));
        Assert.Equal(isListed ? 0 : 1, _trail.CountOf("asked again"));
        Assert.Equal(4 - ended, Called - called);
        Assert.Equal(
            [(0, "aaa", 3), (1, "bb", 2), (3, "c", 1)],
            again.Behind!.Succeeded.Select(one => (one.Index, one.Item, one.Value))
        );
        Assert.Equal("IOException: empty", again.Behind.Failed.Single().Error.Message);
    }

    [Fact]
    [Trait("ID", "W2")]
    public async Task A_retry_keeps_what_succeeded_and_runs_the_others_again_with_their_time_anew()
    {
        var isDown = true;
        var splits = new JournaledSplits(_trail)
        {
            Join = JoinStrategy.All,
            Config = new()
            {
                Timeout = TimeSpan.FromHours(1),
                Branch = TaskConfig.Minimal,
                WaitForAll = true,
            },
            Body = (context, item, token) =>
                isDown && item != "a"
                    ? Task.FromException(new IOException("down"))
                    : Task.Delay(TimeSpan.FromMinutes(50), context.TimeProvider, token),
        };
        await using var engine = CanoEngine.InMemory(new() { TimeProvider = _time });
        var workflow = splits.Of("a", "bb", "ccc");
        var run = await engine.Add(workflow).StartAsync(workflow, Stage.Start, Id).Soon();
        var failure = await Failures.OfAsync(_time.RunAsync(run.Completion()));
        Assert.Equal("workflow", failure.Category);
        await PassAsync(TimeSpan.FromHours(5));
        isDown = false;
        await engine.RetryAsync(Id).Soon();
        Assert.Equal(Stage.End, await _time.RunAsync(run.Completion()));
        Assert.Equal([1, 2, 3], splits.Behind!.Succeeded.Select(one => one.Value));
        Assert.Equal((1, 1), (_trail.CountOf("asked"), _trail.CountOf("body a")));
        Assert.Equal((2, 2), (_trail.CountOf("body bb"), _trail.CountOf("body ccc")));
    }

    [Fact]
    [Trait("ID", "W2")]
    public async Task A_decided_join_is_decided_after_a_crash_and_runs_nothing_more()
    {
        var splits = new JournaledSplits(_trail)
        {
            Join = JoinStrategy.Any,
            Config = new() { Branch = TaskConfig.Minimal },
            Body = (_, item, token) => item == "a" ? Task.CompletedTask : new Gate().PassAsync(token),
        };
        var crashing = new CrashingCheckpointStore(_store, 4, CrashPoint.BeforeAppend);
        await Failures.OfAsync(
            splits.Of("bb", "a", "ccc").WithCheckpointStore(crashing).OrchestrateAsync(Stage.Start, Id)
        );
        Assert.Equal(1, Ended);
        var called = Called;
        Assert.Equal(Stage.End, await splits.Of("other").WithCheckpointStore(_store).ResumeFromAsync(Id));
        Assert.Equal(called, Called);
        Assert.Equal("a", splits.Behind!.Succeeded.Single().Item);
        Assert.Equal(["bb", "ccc"], splits.Behind.NotNeeded);
    }

    [Fact]
    [Trait("ID", "W2"), Trait("ID", "S16")]
    public async Task The_time_of_the_branches_begins_anew_at_a_resume()
    {
        JournaledSplits Splits(Func<TaskContext, string, CancellationToken, Task> slow) =>
            new(_trail)
            {
                Join = JoinStrategy.PartialTimeout,
                Config = new() { Timeout = TimeSpan.FromHours(1), Branch = TaskConfig.Minimal },
                Body = (context, item, token) =>
                    item == "a" ? Task.CompletedTask : slow(context, item, token),
            };
        var gate = new Gate();
        var crashing = new CrashingCheckpointStore(_store);
        var running = Splits((_, _, token) => gate.PassAsync(token))
            .Of("a", "bb", "ccc")
            .WithTimeProvider(_time)
            .WithCheckpointStore(crashing)
            .OrchestrateAsync(Stage.Start, Id);
        await gate.Entered.Soon();
        await Scheduling.Flows.UntilAsync(() => Ended == 1);
        crashing.Crash();
        gate.Open();
        await Failures.OfAsync(running);
        await PassAsync(TimeSpan.FromHours(2));
        var again = Splits(
            (context, item, token) =>
                Task.Delay(TimeSpan.FromMinutes(item == "bb" ? 59 : 61), context.TimeProvider, token)
        );
        await _time.RunAsync(
            again.Of("other").WithTimeProvider(_time).WithCheckpointStore(_store).ResumeFromAsync(Id)
        );
        Assert.Equal(["a", "bb"], again.Behind!.Succeeded.Select(one => one.Item));
        Assert.Equal(["ccc"], again.Behind.NotNeeded);
    }

    [Fact]
    [Trait("ID", "W2")]
    public async Task A_bulkhead_bounds_what_a_resume_runs_too()
    {
        var (running, most) = (0, 0);
        JournaledSplits Splits(Func<Task> work) =>
            new(_trail)
            {
                Config = new() { Bulkhead = 2, Branch = TaskConfig.Minimal },
                Join = JoinStrategy.All,
                Body = (_, _, _) => work(),
            };
        var crashing = new CrashingCheckpointStore(_store, 4, CrashPoint.AfterAppend);
        string[] items = ["a", "b", "c", "d", "e", "f"];
        await Failures.OfAsync(
            Splits(() => Task.CompletedTask)
                .Of(items)
                .WithCheckpointStore(crashing)
                .OrchestrateAsync(Stage.Start, Id)
        );
        var ended = Ended;
        var called = Called;
        var again = Splits(async () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(TimeSpan.FromMinutes(1), _time);
            Interlocked.Decrement(ref running);
        });
        await _time.RunAsync(
            again.Of("other").WithTimeProvider(_time).WithCheckpointStore(_store).ResumeFromAsync(Id)
        );
        Assert.Equal((2, 6 - ended), (most, Called - called));
        Assert.Equal(6, again.Behind!.Succeeded.Count);
    }

    [Fact]
    [Trait("ID", "W2")]
    public async Task A_branch_whose_value_a_row_cannot_keep_has_failed_and_is_not_called_again()
    {
        var calls = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .WithCheckpointStore(_store)
            .RegisterSplit(
                Stage.Start,
                _ => new[] { 1, 0 },
                (_, item, _) =>
                {
                    calls++;
                    return new ValueTask<Chain>(new Chain { Next = item == 0 ? s_endless : null });
                },
                JoinStrategy.PartialResults(1),
                (_, results) =>
                {
                    Assert.Equal(0, results.Succeeded.Single().Index);
                    Assert.Contains(
                        "What branch 1 gave of split 'Start'",
                        results.Failed.Single().Error.Message,
                        StringComparison.Ordinal
                    );
                    return Stage.End;
                },
                new() { Journaled = true, WaitForAll = true }
            )
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start, Id));
        Assert.Equal(2, calls);
    }

    [Fact]
    [Trait("ID", "W2")]
    public async Task Items_that_a_row_cannot_keep_fail_the_split_and_say_so()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .WithCheckpointStore(_store)
            .RegisterSplit(
                Stage.Start,
                _ => new Stream[] { new MemoryStream() },
                (_, _, _) => new ValueTask<int>(1),
                JoinStrategy.All,
                (_, _) => Stage.End,
                new() { Journaled = true }
            )
            .AddExitState(Stage.End);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, Id));
        Assert.Equal(("configuration", "Start"), (error.Category, error.State));
        Assert.Contains("Item 0 of split 'Start'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "W2")]
    public async Task A_suspend_keeps_what_still_ends_well_and_cuts_off_the_rest_for_the_resume()
    {
        using var home = Engines.Engines.Home("on a journal");
        var (slow, never) = (new Gate(), new Gate());
        var splits = new JournaledSplits(_trail)
        {
            Join = JoinStrategy.All,
            Body = (_, item, token) =>
                item switch
                {
                    "slow" => slow.HoldAsync(),
                    "never" when _trail.CountOf("body never") == 1 => never.PassAsync(token),
                    _ => Task.CompletedTask,
                },
        };
        var workflow = splits.Of("slow", "never");
        await using (var engine = await home.OpenAsync())
        {
            await engine.Add(workflow).StartAsync(workflow, Stage.Start, Id).Soon();
            await Task.WhenAll(slow.Entered, never.Entered).Soon();
            var suspending = engine.SuspendAsync(TimeSpan.FromSeconds(20));
            slow.Open();
            await suspending.Soon();
        }

        await using var next = await home.OpenAsync();
        next.Add(workflow);
        await Engines.Engines.ResumedAsync(next).Soon();
        Assert.Equal((1, 2), (_trail.CountOf("body slow"), _trail.CountOf("body never")));
        Assert.Equal([4, 5], splits.Behind!.Succeeded.Select(one => one.Value));
    }

    [Fact]
    [Trait("ID", "W2")]
    public async Task A_cancel_stops_the_branches_and_the_run()
    {
        await using var engine = CanoEngine.InMemory();
        var never = new Gate();
        var splits = new JournaledSplits(_trail)
        {
            Body = (_, item, token) => item == "a" ? Task.CompletedTask : never.PassAsync(token),
        };
        var workflow = splits.Of("a", "bb");
        var run = await engine.Add(workflow).StartAsync(workflow, Stage.Start, Id).Soon();
        await never.Entered.Soon();
        await engine.CancelAsync(Id).Soon();
        Assert.Equal("cancelled", (await Failures.OfAsync(run.Completion().Soon())).Category);
        Assert.Equal(RunStatus.Cancelled, (await engine.FindAsync(Id))!.Status);
    }

    [Fact]
    [Trait("ID", "W2")]
    public async Task A_run_whose_state_has_no_journaled_branches_any_more_is_left_alone()
    {
        var splits = new JournaledSplits(_trail);
        var crashing = new CrashingCheckpointStore(_store, 4, CrashPoint.AfterAppend);
        await Failures.OfAsync(
            splits.Of("a", "b", "c").WithCheckpointStore(crashing).OrchestrateAsync(Stage.Start, Id)
        );
        var plain = Workflow
            .Bare<Stage>()
            .WithName("lengths")
            .WithCheckpointStore(_store)
            .Register(Stage.Start, _ => Stage.End)
            .AddExitState(Stage.End);
        var error = await Failures.OfAsync(plain.ResumeFromAsync(Id));
        Assert.Equal("workflow", error.Category);
        Assert.Contains("journaled branches in state 'Start'", error.Message, StringComparison.Ordinal);
    }

    private Task<bool> PassAsync(TimeSpan span) =>
        _time.RunAsync(Task.Delay(span, _time).ContinueWith(_ => true, TaskScheduler.Default));

    private int Ended => _store.Rows.Count(row => row.Kind == RowKind.BranchCompleted);

    private int Called => _trail.Marks.Count(mark => mark.StartsWith("body", StringComparison.Ordinal));

    private static readonly Chain s_endless = Endless();

    private static Chain Endless()
    {
        var chain = new Chain();
        chain.Next = chain;
        return chain;
    }

    private sealed class Chain
    {
        public Chain? Next { get; set; }
    }
}
