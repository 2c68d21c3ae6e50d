using System.Text;
using Cano.Testing;

namespace Cano.Integration.Steps.Streams;

/// <summary>What failed items do to a stream.</summary>
public sealed class StreamItemTests
{
    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();
    private readonly KeepingStore _store = new();

    [Fact]
    [Trait("ID", "M8")]
    public async Task The_first_failed_item_ends_the_stream_unless_told_otherwise()
    {
        var error = await Failures.OfAsync(RunAsync(Failing([2], ItemErrorPolicy.FailFast)));
        Assert.EndsWith("IOException: item 2", error.Message, StringComparison.Ordinal);
        Assert.Equal("open none, 1, 2, disposed", _trail.Text());
    }

    [Fact]
    [Trait("ID", "M8")]
    public async Task Failed_items_may_be_dropped_and_are_not_read_again()
    {
        await RunAsync(Failing([2, 3, 4], ItemErrorPolicy.SkipAndContinue));
        Assert.Equal("open none, 1, 2, 3, 4, 5, flush 1 5, disposed, close Exhausted", _trail.Text());
    }

    [Fact]
    [Trait("ID", "M8")]
    public async Task Up_to_max_failed_items_in_a_row_are_dropped_and_a_success_sets_the_count_back()
    {
        await RunAsync(Failing([1, 2, 4, 5], ItemErrorPolicy.RetryOnError(2)));
        Assert.Equal("open none, 1, 2, 3, 4, 5, disposed, flush 3, close Exhausted", _trail.Text());
    }

    [Fact]
    [Trait("ID", "M8")]
    public async Task One_failed_item_in_a_row_too_many_ends_the_stream_with_its_error()
    {
        var error = await Failures.OfAsync(RunAsync(Failing([2, 3, 4], ItemErrorPolicy.RetryOnError(2))));
        Assert.Equal("task_execution", error.Category);
        Assert.EndsWith("IOException: item 4", error.Message, StringComparison.Ordinal);
        Assert.Equal("open none, 1, 2, 3, 4, disposed", _trail.Text());
    }

    [Fact]
    [Trait("ID", "M9")]
    public async Task The_cursor_of_a_dropped_item_is_not_committed()
    {
        await RunAsync(Failing([3, 4, 5], ItemErrorPolicy.SkipAndContinue));
        var cursor = Assert.Single(_store.Rows, row => row.Kind == RowKind.CursorAdvanced);
        Assert.Equal("2", Encoding.UTF8.GetString(cursor.Payload!.Value.Span));
    }

    [Fact]
    [Trait("ID", "M7")]
    public async Task An_attempt_timeout_is_that_of_one_item_and_counts_as_its_failure()
    {
        var stream = new Reading(3, _trail)
        {
            Config = TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(2)),
            OnItemError = ItemErrorPolicy.SkipAndContinue,
            Before = (_, token) => _time.PauseAsync(TimeSpan.FromSeconds(5), token),
            Processing = (_, item, token) => item == 2 ? new Gate().PassAsync(token) : Task.CompletedTask,
            Closing = (_, _, token) => _time.PauseAsync(TimeSpan.FromSeconds(5), token),
        };
        await RunAsync(stream);
        Assert.Equal("open none, 1, 2, 3, flush 1 3, disposed, close Exhausted", _trail.Text());
    }

    [Fact]
    [Trait("ID", "M7")]
    public async Task An_item_that_takes_too_long_fails_the_stream_with_category_timeout()
    {
        var stream = new Reading(3, _trail)
        {
            Config = TaskConfig.Default.WithAttemptTimeout(TimeSpan.FromSeconds(2)),
            Processing = (_, item, token) => new Gate().PassAsync(token),
        };
        var error = await Failures.OfAsync(RunAsync(stream));
        Assert.Equal("timeout", error.Category);
        Assert.Equal("open none, 1, disposed", _trail.Text());
    }

    [Fact]
    [Trait("ID", "N8"), Trait("ID", "M8")]
    public async Task An_item_that_an_open_breaker_refuses_is_not_dropped_but_ends_the_stream()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(2), _time);
        var stream = new Reading(9, _trail)
        {
            Config = TaskConfig.Default.WithCircuitBreaker(breaker),
            OnItemError = ItemErrorPolicy.SkipAndContinue,
            Processing = (_, item, _) =>
                item is 3 or 4 ? throw new IOException($"item {item}") : Task.CompletedTask,
        };
        var error = await Failures.OfAsync(RunAsync(stream));
        Assert.Equal(("circuit_open", "Start", 0), (error.Category, error.State, error.Attempt));
        Assert.Equal("open none, 1, 2, flush 1 2, 3, 4, disposed", _trail.Text());
        var cursor = Assert.Single(_store.Rows, row => row.Kind == RowKind.CursorAdvanced);
        Assert.Equal("2", Encoding.UTF8.GetString(cursor.Payload!.Value.Span));
    }

    [Fact]
    public void A_policy_of_fewer_than_no_failures_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemErrorPolicy.RetryOnError(-1));

    private Reading Failing(int[] items, ItemErrorPolicy policy) =>
        new(5, _trail)
        {
            OnItemError = policy,
            Processing = (_, item, _) =>
                items.Contains(item) ? throw new IOException($"item {item}") : Task.CompletedTask,
        };

    private Task<Stage> RunAsync(Reading stream)
    {
        var workflow = Streaming.In(stream).WithCheckpointStore(_store).WithTimeProvider(_time);
        return _time.AloneAsync(() => workflow.OrchestrateAsync(Stage.Start, "run"));
    }
}
