using Cano.Testing;

namespace Cano.Integration.Steps.Batches;

/// <summary>Load, process, finish.</summary>
public sealed class BatchTests
{
    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "L6")]
    public async Task Every_item_has_its_slot_in_the_order_of_the_items()
    {
        var batch = new LambdaBatch(["a", "b", "c"], item => new(item + item), _trail);
        Assert.Equal(Stage.End, await RunAsync(batch));
        Assert.Equal(["load", "a", "b", "c", "finish 0:aa 1:bb 2:cc"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "L6")]
    public async Task Slots_keep_their_order_when_items_end_in_another()
    {
        var gates = new Dictionary<string, Gate>
        {
            ["a"] = new(),
            ["b"] = new(),
            ["c"] = new(),
        };
        var batch = new LambdaBatch([.. gates.Keys], HeldAsync, _trail) { Concurrency = 3 };
        var run = Of(batch).OrchestrateAsync(Stage.Start);
        await Task.WhenAll(gates.Values.Select(gate => gate.Entered));
        foreach (var item in new[] { "c", "a", "b" })
            gates[item].Open();
        Assert.Equal(Stage.End, await run);
        Assert.Equal("finish 0:a 1:b 2:c", _trail.Marks[^1]);

        async ValueTask<string> HeldAsync(string item)
        {
            await gates[item].HoldAsync();
            return item;
        }
    }

    [Theory]
    [Trait("ID", "L6")]
    [InlineData(-1, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(8, 5)]
    public async Task At_most_concurrency_items_are_under_way_at_once_and_0_counts_as_1(
        int given,
        int expected
    )
    {
        var (now, most) = (0, 0);
        var batch = new LambdaBatch(["a", "b", "c", "d", "e"], WorkAsync, _trail) { Concurrency = given };
        Assert.Equal(Stage.End, await RunAsync(batch));
        Assert.Equal(expected, most);
        Assert.Equal(
            Math.Ceiling(5.0 / expected),
            (_time.GetUtcNow() - new VirtualTime().GetUtcNow()).TotalSeconds
        );

        async ValueTask<string> WorkAsync(string item)
        {
            var count = Interlocked.Increment(ref now);
            lock (_trail)
                most = Math.Max(most, count);
            await Task.Delay(TimeSpan.FromSeconds(1), _time);
            Interlocked.Decrement(ref now);
            return item;
        }
    }

    [Fact]
    [Trait("ID", "L6"), Trait("ID", "Y23")]
    public async Task An_exception_of_an_item_stays_in_its_slot_whatever_it_is()
    {
        Exception[] thrown =
        [
            new IOException("disk"),
            new OperationCanceledException("nobody asked"),
            new CanoException(CanoError.Of(Fault.NewGeneric("known"))),
        ];
        var batch = new LambdaBatch(
            ["0", "1", "2", "3"],
            item => item == "3" ? new(item) : throw thrown[int.Parse(item)],
            _trail
        );
        Assert.Equal(Stage.End, await RunAsync(batch));
        Assert.Equal(
            ["task_execution", "task_execution", "generic", null],
            batch.Results.Select(slot => slot.Error?.Category)
        );
        Assert.EndsWith("IOException: disk", batch.Results[0].Error!.Message, StringComparison.Ordinal);
        Assert.Equal([false, false, false, true], batch.Results.Select(slot => slot.IsSuccess));
        Assert.Equal(
            ("3", null, 0),
            (batch.Results[3].Value, batch.Results[0].Value, batch.Results[0].Index)
        );
    }

    [Fact]
    [Trait("ID", "L6")]
    public async Task A_batch_without_items_finishes_with_no_results()
    {
        Assert.Equal(Stage.End, await RunAsync(new LambdaBatch([], item => new(item), _trail)));
        Assert.Equal(["load", "finish"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "L7")]
    public async Task Items_are_not_retried_unless_told()
    {
        var batch = new LambdaBatch(["a"], item => throw new IOException(item), _trail);
        await RunAsync(batch);
        Assert.Equal(1, _trail.CountOf("a"));
    }

    [Fact]
    [Trait("ID", "L7")]
    public async Task An_item_is_retried_alone_after_its_delay()
    {
        var fails = 2;
        var batch = new LambdaBatch(
            ["a", "b"],
            item => item == "a" && fails-- > 0 ? throw new IOException() : new(item),
            _trail
        )
        {
            ItemRetry = RetryMode.Fixed(2, TimeSpan.FromSeconds(4)),
        };
        await RunAsync(batch);
        Assert.Equal(["load", "a", "a", "a", "b", "finish 0:a 1:b"], _trail.Marks);
        Assert.Equal(TimeSpan.FromSeconds(8), _time.GetUtcNow() - new VirtualTime().GetUtcNow());
    }

    [Fact]
    [Trait("ID", "L7")]
    public async Task When_its_retries_are_spent_the_last_error_itself_is_in_the_slot()
    {
        var attempt = 0;
        var batch = new LambdaBatch(["a"], _ => throw new IOException($"attempt {++attempt}"), _trail)
        {
            ItemRetry = RetryMode.Fixed(2, TimeSpan.Zero),
        };
        await RunAsync(batch);
        var error = Assert.Single(batch.Results).Error!;
        Assert.Equal("task_execution", error.Category);
        Assert.EndsWith("IOException: attempt 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "L8")]
    public async Task When_load_fails_nothing_is_processed_or_finished()
    {
        var batch = new LambdaBatch(["a"], item => new(item), _trail) { Fails = "load" };
        Assert.Equal("task_execution", (await Failures.OfAsync(RunAsync(batch))).Category);
        Assert.Equal(["load"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "L8")]
    public async Task A_load_that_returns_null_says_what_to_return()
    {
        var error = await Failures.OfAsync(RunAsync(new LambdaBatch(null!, item => new(item), _trail)));
        Assert.Equal(("workflow", "Start"), (error.Category, error.State));
        Assert.Equal(
            "LoadAsync of batch 'LambdaBatch' returned null: return an empty list when there are no items",
            error.Message
        );
        Assert.Equal(["load"], _trail.Marks);
    }

    [Theory]
    [Trait("ID", "L8")]
    [InlineData("load", "load, load, a, finish 0:a")]
    [InlineData("finish", "load, a, finish 0:a, load, a, finish 0:a")]
    public async Task A_failure_of_load_or_finish_repeats_everything(string at, string expected)
    {
        var batch = new LambdaBatch(["a"], item => new(item), _trail)
        {
            Fails = at,
            FailCount = 1,
            Config = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero),
        };
        Assert.Equal(Stage.End, await RunAsync(batch));
        Assert.Equal(expected, string.Join(", ", _trail.Marks));
    }

    [Fact]
    [Trait("ID", "L6"), Trait("ID", "J10")]
    public async Task An_attempt_timeout_bounds_the_whole_batch_and_is_no_items_error()
    {
        LambdaBatch? batch = null;
        batch = new LambdaBatch(["a", "b"], HangingAsync, _trail)
        {
            ItemRetry = RetryMode.Fixed(5, TimeSpan.Zero),
            Config = TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(1)),
        };
        Assert.Equal("timeout", (await Failures.OfAsync(RunAsync(batch))).Category);
        Assert.Equal(["load", "a"], _trail.Marks);

        async ValueTask<string> HangingAsync(string item)
        {
            await new Gate().PassAsync(batch!.Token);
            return item;
        }
    }

    private Task<Stage> RunAsync(LambdaBatch batch) =>
        _time.AloneAsync(() => Of(batch).OrchestrateAsync(Stage.Start));

    private Workflow<Stage> Of(LambdaBatch batch) =>
        Workflow.Bare<Stage>().Register(Stage.Start, batch).AddExitState(Stage.End).WithTimeProvider(_time);
}
