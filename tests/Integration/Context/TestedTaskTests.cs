using Cano.Integration.Steps.Batches;
using Cano.Integration.Steps.Timers;
using Cano.Testing;

namespace Cano.Integration.Context;

/// <summary>Tasks whose answer is one call's, run without a workflow.</summary>
public sealed class TestedTaskTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_task_gets_the_contexts_token_and_tells_the_next_state()
    {
        CancellationToken given = default;
        var task = CanoTask.From<Stage>(
            "task",
            (_, token) =>
            {
                given = token;
                return new ValueTask<Stage>(Stage.Next);
            }
        );
        Assert.Equal(Stage.Next, await TestContext.For(cancellationToken: _stop.Token).RunAsync(task));
        Assert.Equal(_stop.Token, given);
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task What_a_task_throws_comes_as_it_is_and_through_the_awaited_call()
    {
        var failure = new IOException("the disk");
        var failing = FailingTask.OnAttempts([1], Stage.End, failure: () => failure);
        var throwing = CanoTask.From("throwing", ValueTask<Stage> (_, _) => throw failure);
        var (failed, thrown) = (TestContext.For().RunAsync(failing), TestContext.For().RunAsync(throwing));
        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => failed));
        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => thrown));
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_task_is_called_once_whatever_its_config_says()
    {
        var config = TaskConfig.Minimal.WithFixedRetry(3, TimeSpan.Zero);
        var failing = FailingTask.OnAttempts([1], Stage.End, config);
        await Assert.ThrowsAsync<IOException>(() => TestContext.For().RunAsync(failing));
        Assert.Equal(1, failing.CallCount);
        Assert.Equal(Stage.End, await TestContext.For(attempt: 2).RunAsync(failing));
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_node_prepares_executes_and_stores()
    {
        var context = TestContext.For();
        context.Store.Put("count", 20);
        Assert.Equal(Stage.Next, await context.RunAsync(new Doubling()));
        Assert.Equal(40, context.Store.Get<int>("count"));
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_router_tells_the_next_state()
    {
        var context = TestContext.For();
        Assert.Equal(Stage.Work, await context.RunAsync(new ByTotal()));
        context.Store.Put("total", 500);
        Assert.Equal(Stage.Last, await context.RunAsync(new ByTotal()));
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_poll_is_asked_once_and_tells_whether_it_is_ready()
    {
        var context = TestContext.For();
        PollOutcome<Stage> pending = PollOutcome.Pending(TimeSpan.FromSeconds(5));
        Assert.Equal(pending, await context.RunAsync(new Arrival()));
        context.Store.Put("arrived", true);
        Assert.Equal(PollOutcome.Ready(Stage.Next), await context.RunAsync(new Arrival()));
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_timer_tells_its_wait_and_goes_on_when_it_is_told_that_the_wait_is_over()
    {
        var wait = TimerOutcome.After(TimeSpan.FromDays(30));
        var timer = new MarkingTimer(wait, _trail, () => 0);
        var context = TestContext.For(time: _time);
        Assert.Equal(wait, await context.RunAsync(timer));
        Assert.Equal(0, _time.WaitingCount);
        Assert.Equal(Stage.End, await context.AfterWaitAsync(timer));
        Assert.Equal(["wait at 0", "after at 0"], _trail.Marks);
        Assert.Equal(
            "wait",
            (
                await Assert.ThrowsAsync<IOException>(() => context.RunAsync(timer with { Fails = "wait" }))
            ).Message
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_batch_tells_its_results_and_the_next_state()
    {
        var batch = new LambdaBatch(
            ["a", "b"],
            item => item == "a" ? throw new IOException("a") : new(item),
            _trail
        );
        var outcome = await TestContext.For().RunAsync(batch);
        Assert.Equal(Stage.End, outcome.Next);
        Assert.Equal(
            [(0, false, null), (1, true, "b")],
            outcome.Results.Select(slot => (slot.Index, slot.IsSuccess, slot.Value))
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task What_ends_a_batch_comes_as_it_is()
    {
        var batch = new LambdaBatch(["a"], item => new(item), _trail) { Fails = "finish" };
        Assert.Equal(
            "finish",
            (await Assert.ThrowsAsync<IOException>(() => TestContext.For().RunAsync(batch))).Message
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task An_item_is_repeated_on_the_contexts_clock_after_a_delay_that_is_the_same_in_every_test()
    {
        var delay = await DelayOfRetryAsync(null);
        Assert.InRange(delay, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
        Assert.Equal(delay, await DelayOfRetryAsync(null));
        Assert.Equal(delay, await DelayOfRetryAsync(new Random(0)));
        Assert.NotEqual(delay, await DelayOfRetryAsync(new Random(1)));
    }

    private static async Task<TimeSpan> DelayOfRetryAsync(Random? random)
    {
        var (time, calls) = (new VirtualTime(), 0);
        var begun = time.GetUtcNow();
        var batch = new LambdaBatch(
            ["a"],
            item => calls++ == 0 ? throw new IOException(item) : new(item),
            new Trail()
        )
        {
            ItemRetry = RetryMode.ExponentialCustom(1, TimeSpan.FromSeconds(10), 2, jitter: 0.5),
        };
        var run = TestContext.For(time: time, random: random).RunAsync(batch);
        Assert.True(time.AdvanceToNext());
        Assert.True((await run).Results[0].IsSuccess);
        return time.GetUtcNow() - begun;
    }

    private sealed class Doubling : INode<Stage, int, int>
    {
        public ValueTask<int> PrepAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(context.Store.Get<int>("count"));

        public ValueTask<int> ExecAsync(int prep, CancellationToken cancellationToken) => new(prep * 2);

        public ValueTask<Stage> PostAsync(TaskContext context, int exec, CancellationToken cancellationToken)
        {
            context.Store.Put("count", exec);
            return new(Stage.Next);
        }
    }

    private sealed class ByTotal : IRouterTask<Stage>
    {
        public ValueTask<Stage> RouteAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(context.Store.GetOr("total", 0) > 100 ? Stage.Last : Stage.Work);
    }

    private sealed class Arrival : IPollTask<Stage>
    {
        public ValueTask<PollOutcome<Stage>> PollAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) =>
            new(
                context.Store.Contains("arrived")
                    ? PollOutcome.Ready(Stage.Next)
                    : PollOutcome.Pending(TimeSpan.FromSeconds(5))
            );
    }
}
