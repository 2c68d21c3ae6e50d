using Cano.Testing;

namespace Cano.Integration.Steps.Streams;

/// <summary>Windows of a stream, and how it ends by itself.</summary>
public sealed class StreamTests
{
    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();
    private readonly KeepingStore _store = new();

    [Fact]
    [Trait("ID", "M1"), Trait("ID", "M2")]
    public async Task Items_are_flushed_in_windows_the_last_one_partly_filled_and_the_close_picks_the_state()
    {
        Assert.Equal(Stage.End, await RunAsync(new Reading(5, _trail)));
        Assert.Equal(
            "open none, 1, 2, flush 1 2, 3, 4, flush 3 4, 5, disposed, flush 5, close Exhausted",
            _trail.Text()
        );
    }

    [Theory]
    [Trait("ID", "M1")]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_window_of_less_than_one_item_is_one_of_one(int items)
    {
        await RunAsync(new Reading(2, _trail) { Window = StreamWindow.Count(items) });
        Assert.Equal("open none, 1, flush 1, 2, flush 2, disposed, close Exhausted", _trail.Text());
    }

    [Fact]
    [Trait("ID", "M1")]
    public void A_negative_window_is_refused_where_it_is_made()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StreamWindow.Count(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => StreamWindow.Duration(TimeSpan.FromTicks(-1)));
    }

    [Fact]
    [Trait("ID", "M1")]
    public async Task A_window_that_was_never_set_is_one_of_one()
    {
        var stream = new Reading(2, _trail)
        {
            Window = default,
            Flushing = (_, outputs, _) =>
                outputs.Count == 0
                    ? throw new IOException("nothing to flush")
                    : Task.FromResult<WindowOutcome<Stage>>(WindowOutcome.Continue),
        };
        await RunAsync(stream);
        Assert.Equal("open none, 1, flush 1, 2, flush 2, disposed, close Exhausted", _trail.Text());
    }

    [Fact]
    [Trait("ID", "M2")]
    public async Task A_source_without_items_is_closed_and_nothing_is_flushed()
    {
        Assert.Equal(Stage.End, await RunAsync(new Reading(0, _trail)));
        Assert.Equal("open none, disposed, close Exhausted", _trail.Text());
        Assert.Equal(["StateEntered Start", "Finished End"], _store.Story);
    }

    [Fact]
    [Trait("ID", "M2")]
    public async Task A_flush_may_stop_the_stream_which_is_then_committed_but_not_closed()
    {
        var stream = new Reading(9, _trail)
        {
            Flushing = (_, outputs, _) =>
                Task.FromResult(
                    outputs.Contains(4) ? WindowOutcome.Stop(Stage.Stop) : WindowOutcome.Continue
                ),
        };
        Assert.Equal(Stage.Stop, await RunAsync(stream));
        Assert.Equal("open none, 1, 2, flush 1 2, 3, 4, flush 3 4, disposed", _trail.Text());
        Assert.Equal(
            ["StateEntered Start", "CursorAdvanced Start", "CursorAdvanced Start", "Finished Stop"],
            _store.Story
        );
    }

    [Fact]
    [Trait("ID", "D9")]
    public async Task A_windows_cursor_is_durable_after_its_flush_and_before_the_next_item()
    {
        _store.Appending = row => _trail.Add(row.Kind);
        await RunAsync(new Reading(3, _trail));
        Assert.Equal(
            "StateEntered, open none, 1, 2, flush 1 2, CursorAdvanced, 3, disposed, flush 3, CursorAdvanced, "
                + "close Exhausted, Finished",
            _trail.Text()
        );
    }

    [Fact]
    [Trait("ID", "D14"), Trait("ID", "Y20")]
    public async Task A_cursor_that_cannot_be_written_stops_the_run_and_closes_the_source()
    {
        _store.Appending = row => _ = row.Sequence == 1 ? throw new IOException("full") : row;
        var error = await Failures.OfAsync(RunAsync(new Reading(3, _trail)));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Equal("open none, 1, 2, flush 1 2, disposed", _trail.Text());
    }

    [Fact]
    [Trait("ID", "D14")]
    public async Task The_error_says_that_a_streams_cursor_was_to_be_written()
    {
        _store.Appending = row => _ = row.Sequence == 1 ? throw new IOException("full") : row;
        var error = await Failures.OfAsync(RunAsync(new Reading(3, _trail)));
        Assert.Contains("append stream cursor checkpoint", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "M1")]
    public async Task A_window_of_a_span_is_flushed_when_its_time_is_up()
    {
        // Items come at 1, 2, 3 … s; windows end at 2.2, 4.4 and 6.6 s.
        var stream = new Reading(6, _trail)
        {
            Window = StreamWindow.Duration(TimeSpan.FromSeconds(2.2)),
            Before = (item, token) =>
                item > 6 ? Task.CompletedTask : _time.PauseAsync(TimeSpan.FromSeconds(1), token),
        };
        Assert.Equal(Stage.End, await RunAsync(stream));
        Assert.Equal(
            "open none, 1, 2, flush 1 2, 3, 4, flush 3 4, 5, 6, disposed, flush 5 6, close Exhausted",
            _trail.Text()
        );
    }

    [Theory]
    [Trait("ID", "M1")]
    [InlineData(-3600)]
    [InlineData(3600)]
    public async Task Setting_the_wall_clock_makes_no_window_shorter_or_longer(int seconds)
    {
        var clock = new SettableTime(_time);
        var stream = new Reading(6, _trail)
        {
            Window = StreamWindow.Duration(TimeSpan.FromSeconds(2.2)),
            Before = async (item, token) =>
            {
                if (item <= 6)
                    await _time.PauseAsync(TimeSpan.FromSeconds(1), token);
                if (item == 3)
                    clock.Ahead = TimeSpan.FromSeconds(seconds);
            },
        };
        var workflow = Streaming.In(stream).WithTimeProvider(clock);
        await _time.AloneAsync(() => workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(
            "open none, 1, 2, flush 1 2, 3, 4, flush 3 4, 5, 6, disposed, flush 5 6, close Exhausted",
            _trail.Text()
        );
    }

    [Fact]
    [Trait("ID", "M1")]
    public async Task Empty_windows_are_skipped_and_the_deadline_is_set_anew()
    {
        // Items come at 10 and 20 s; a window of 3 s begins anew at 9 and 18, so it ends at 12 and 21 s.
        var flushes = new List<double>();
        var stream = new Reading(2, _trail)
        {
            Window = StreamWindow.Duration(TimeSpan.FromSeconds(3)),
            Before = (_, token) => _time.PauseAsync(TimeSpan.FromSeconds(10), token),
            Flushing = (_, _, _) =>
            {
                flushes.Add((_time.GetUtcNow() - new VirtualTime().GetUtcNow()).TotalSeconds);
                return Task.FromResult<WindowOutcome<Stage>>(WindowOutcome.Continue);
            },
        };
        await RunAsync(stream);
        Assert.Equal([12, 21], flushes);
        Assert.Equal("open none, 1, flush 1, 2, flush 2, disposed, close Exhausted", _trail.Text());
    }

    [Fact]
    [Trait("ID", "M1")]
    public async Task A_window_lasts_at_least_a_millisecond_so_that_items_that_are_there_share_one()
    {
        await RunAsync(new Reading(3, _trail) { Window = StreamWindow.Duration(TimeSpan.Zero) });
        Assert.Equal("open none, 1, 2, 3, disposed, flush 1 2 3, close Exhausted", _trail.Text());
    }

    [Fact]
    [Trait("ID", "Y13"), Trait("ID", "Z14")]
    public async Task A_window_may_have_the_longest_span_there_is()
    {
        await RunAsync(new Reading(2, _trail) { Window = StreamWindow.Duration(TimeSpan.MaxValue) });
        Assert.Equal("open none, 1, 2, disposed, flush 1 2, close Exhausted", _trail.Text());
    }

    [Fact]
    [Trait("ID", "M7")]
    public async Task A_stream_whose_window_fails_to_flush_fails_and_is_opened_once_whatever_its_retries()
    {
        var stream = new Reading(5, _trail)
        {
            Config = TaskConfig.Default,
            Flushing = (_, outputs, _) => throw new IOException($"flush {outputs[0]}"),
        };
        var error = await Failures.OfAsync(RunAsync(stream));
        Assert.Equal(("task_execution", 1), (error.Category, error.Attempt));
        Assert.Equal("open none, 1, 2, flush 1 2, disposed", _trail.Text());
        Assert.Equal(["StateEntered Start", "Failed Start"], _store.Story);
    }

    [Fact]
    [Trait("ID", "M7")]
    public async Task A_source_that_fails_fails_the_stream_and_is_not_opened_again()
    {
        var stream = new Reading(5, _trail)
        {
            Config = TaskConfig.Default,
            Before = (item, _) => item == 4 ? throw new IOException("source") : Task.CompletedTask,
        };
        var error = await Failures.OfAsync(RunAsync(stream));
        Assert.EndsWith("IOException: source", error.Message, StringComparison.Ordinal);
        Assert.Equal("open none, 1, 2, flush 1 2, 3, disposed", _trail.Text());
    }

    [Fact]
    [Trait("ID", "M2")]
    public async Task A_source_that_is_null_says_what_to_return()
    {
        var error = await Failures.OfAsync(RunAsync(new Reading(5, _trail) { OpensNothing = true }));
        Assert.Equal(("workflow", "Start"), (error.Category, error.State));
        Assert.Equal(
            "OpenAsync of stream 'Reading' returned null: return an empty sequence when there are no items",
            error.Message
        );
    }

    private Task<Stage> RunAsync(Reading stream)
    {
        var workflow = Streaming.In(stream).WithCheckpointStore(_store).WithTimeProvider(_time);
        return _time.AloneAsync(() => workflow.OrchestrateAsync(Stage.Start, "run"));
    }
}
