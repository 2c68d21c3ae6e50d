using Cano.Testing;

namespace Cano.Integration.Steps.Streams;

/// <summary>A stream that is told to stop: flush, close, commit, end.</summary>
public sealed class StreamStopTests : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();
    private readonly KeepingStore _store = new();
    private readonly Gate _gate = new();

    public void Dispose() => _cancel.Dispose();

    [Fact]
    [Trait("ID", "M3")]
    public async Task A_cancel_between_items_flushes_closes_commits_and_ends_as_cancelled()
    {
        _store.Appending = row => _trail.Add(row.Kind);
        Assert.Equal("cancelled", (await CancelAsync(HeldBefore(4))).Category);
        Assert.Equal(
            "StateEntered, open none, 1, 2, flush 1 2, CursorAdvanced, 3, flush 3, close Cancelled, CursorAdvanced",
            _trail.TextOfStream()
        );
        Assert.Equal(1, _trail.CountOf("disposed"));
    }

    [Fact]
    [Trait("ID", "M3")]
    public async Task A_cancel_with_an_empty_window_closes_without_a_flush_or_a_row()
    {
        Assert.Equal("cancelled", (await CancelAsync(HeldBefore(3))).Category);
        Assert.Equal("open none, 1, 2, flush 1 2, close Cancelled", _trail.TextOfStream());
        Assert.Equal(["StateEntered Start", "CursorAdvanced Start"], _store.Story);
    }

    [Fact]
    [Trait("ID", "M6")]
    public async Task A_cancel_before_the_first_item_has_nothing_to_flush()
    {
        Assert.Equal("cancelled", (await CancelAsync(HeldBefore(1))).Category);
        Assert.Equal("open none, close Cancelled", _trail.TextOfStream());
        Assert.Equal(1, _trail.CountOf("disposed"));
    }

    [Fact]
    [Trait("ID", "M3")]
    public async Task A_stop_of_the_last_flush_is_ignored()
    {
        var stream = HeldBefore(2, flushing: (_, _, _) => Task.FromResult(WindowOutcome.Stop(Stage.Stop)));
        Assert.Equal("cancelled", (await CancelAsync(stream)).Category);
        Assert.Equal("open none, 1, flush 1, close Cancelled", _trail.TextOfStream());
        Assert.Equal(["StateEntered Start", "CursorAdvanced Start"], _store.Story);
    }

    [Fact]
    [Trait("ID", "M3")]
    public async Task An_error_of_the_close_is_the_runs_error()
    {
        var error = await CancelAsync(HeldBefore(2, closing: (_, _, _) => throw new IOException("close")));
        Assert.EndsWith("IOException: close", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "M4")]
    public async Task When_the_last_flush_fails_the_stream_is_closed_but_not_committed_and_the_flushs_error_is_the_runs()
    {
        var error = await CancelAsync(HeldBefore(2, flushing: (_, _, _) => throw new IOException("flush")));
        Assert.EndsWith("IOException: flush", error.Message, StringComparison.Ordinal);
        Assert.Equal("open none, 1, flush 1, close Cancelled", _trail.TextOfStream());
        Assert.Equal(["StateEntered Start", "Failed Start"], _store.Story);
    }

    [Fact]
    [Trait("ID", "M4")]
    public async Task The_flushs_error_is_the_runs_even_when_the_close_fails_too()
    {
        var stream = HeldBefore(
            2,
            flushing: (_, _, _) => throw new IOException("flush"),
            closing: (_, _, _) => throw new IOException("close")
        );
        Assert.EndsWith("IOException: flush", (await CancelAsync(stream)).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "M5")]
    public async Task A_total_timeout_drains_likewise_and_ends_as_workflow_timeout()
    {
        var observer = new StopObserver();
        var stream = new Reading(9, _trail)
        {
            Before = (_, token) => _time.PauseAsync(TimeSpan.FromSeconds(1), token),
        };
        var workflow = Of(stream).WithTotalTimeout(TimeSpan.FromSeconds(3.5)).WithObserver(observer);
        var error = await Failures.OfAsync(
            _time.AloneAsync(() => workflow.OrchestrateAsync(Stage.Start, "run"))
        );
        Assert.Equal("workflow_timeout", error.Category);
        Assert.Equal("open none, 1, 2, flush 1 2, 3, flush 3, close Cancelled", _trail.TextOfStream());
        Assert.Equal(
            ["StateEntered Start", "CursorAdvanced Start", "CursorAdvanced Start", "Failed Start"],
            _store.Story
        );
        Assert.Equal(["timeout"], observer.Heard);
    }

    [Fact]
    [Trait("ID", "M3")]
    public async Task A_cancel_is_told_to_observers_as_one()
    {
        var observer = new StopObserver();
        var run = Of(HeldBefore(2))
            .WithObserver(observer)
            .OrchestrateAsync(Stage.Start, "run", _cancel.Token);
        await _gate.Entered;
        await _cancel.CancelAsync();
        await Failures.OfAsync(run);
        Assert.Equal(["cancelled"], observer.Heard);
    }

    [Fact]
    [Trait("ID", "M3")]
    public async Task An_item_that_stops_when_told_is_not_flushed_and_is_no_failure()
    {
        var stream = new Reading(9, _trail)
        {
            Processing = (_, item, token) => item == 2 ? _gate.PassAsync(token) : Task.CompletedTask,
        };
        Assert.Equal("cancelled", (await CancelAsync(stream)).Category);
        Assert.Equal("open none, 1, 2, flush 1, close Cancelled", _trail.TextOfStream());
    }

    [Fact]
    [Trait("ID", "M3")]
    public async Task An_item_that_is_done_all_the_same_is_flushed()
    {
        var stream = new Reading(9, _trail) { Window = StreamWindow.Count(5), Processing = HoldAsync };
        var run = Of(stream).OrchestrateAsync(Stage.Start, "run", _cancel.Token);
        await _gate.Entered;
        await _cancel.CancelAsync();
        _gate.Open();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal("open none, 1, 2, flush 1 2, close Cancelled", _trail.TextOfStream());

        Task HoldAsync(TaskContext context, int item, CancellationToken token) =>
            item == 2 ? _gate.HoldAsync() : Task.CompletedTask;
    }

    [Fact]
    [Trait("ID", "M3"), Trait("ID", "I5")]
    public async Task A_flush_that_stops_when_told_makes_no_failure_of_a_cancel()
    {
        var stream = new Reading(9, _trail)
        {
            Flushing = async (_, _, token) =>
            {
                await _gate.PassAsync(token);
                return WindowOutcome.Continue;
            },
        };
        Assert.Equal("cancelled", (await CancelAsync(stream)).Category);
    }

    [Fact]
    [Trait("ID", "M3"), Trait("ID", "I5")]
    public async Task A_close_that_stops_when_told_makes_no_failure_of_a_cancel()
    {
        var stream = new Reading(1, _trail)
        {
            Closing = (_, reason, token) =>
                reason == StreamEnd.Exhausted ? _gate.PassAsync(token) : Task.CompletedTask,
        };
        Assert.Equal("cancelled", (await CancelAsync(stream)).Category);
        Assert.Equal(1, _trail.CountOf("disposed"));
    }

    [Fact]
    [Trait("ID", "M3")]
    public async Task A_cancel_during_a_flush_commits_the_window_and_closes_the_stream()
    {
        var stream = new Reading(9, _trail)
        {
            Flushing = async (_, _, _) =>
            {
                await _gate.HoldAsync();
                return WindowOutcome.Continue;
            },
        };
        _store.Appending = row => _trail.Add(row.Kind);
        var run = Of(stream).OrchestrateAsync(Stage.Start, "run", _cancel.Token);
        await _gate.Entered;
        await _cancel.CancelAsync();
        _gate.Open();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal(
            "StateEntered, open none, 1, 2, flush 1 2, CursorAdvanced, close Cancelled",
            _trail.TextOfStream()
        );
    }

    [Fact]
    [Trait("ID", "M3")]
    public async Task A_cancel_that_a_flush_obeys_commits_nothing_and_closes_the_stream()
    {
        var stream = new Reading(9, _trail)
        {
            Flushing = async (_, _, token) =>
            {
                await _gate.PassAsync(token);
                return WindowOutcome.Continue;
            },
        };
        Assert.Equal("cancelled", (await CancelAsync(stream)).Category);
        Assert.Equal("open none, 1, 2, flush 1 2, close Cancelled", _trail.TextOfStream());
        Assert.Equal(["StateEntered Start"], _store.Story);
    }

    [Fact]
    [Trait("ID", "M3")]
    public async Task A_cancel_while_a_window_is_committed_closes_the_stream()
    {
        _store.Appending = row =>
        {
            _trail.Add(row.Kind);
            if (row.Kind == RowKind.CursorAdvanced)
                _cancel.Cancel();
        };
        var run = Of(new Reading(9, _trail)).OrchestrateAsync(Stage.Start, "run", _cancel.Token);
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal(
            "StateEntered, open none, 1, 2, flush 1 2, CursorAdvanced, close Cancelled",
            _trail.TextOfStream()
        );
    }

    [Fact]
    [Trait("ID", "M3"), Trait("ID", "G1")]
    public async Task The_stream_is_closed_before_earlier_steps_are_undone()
    {
        _store.Appending = row =>
        {
            if (row.Kind == RowKind.CursorAdvanced)
                _cancel.Cancel();
        };
        var workflow = Of(new Reading(9, _trail))
            .RegisterWithCompensation<int>(
                Stage.Work,
                (_, _) => new((Stage.Start, 1)),
                (_, _, _) =>
                {
                    _trail.Add("undone");
                    return default;
                }
            );
        var run = workflow.OrchestrateAsync(Stage.Work, "run", _cancel.Token);
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal("open none, 1, 2, flush 1 2, close Cancelled, disposed, undone", _trail.Text());
    }

    [Fact]
    [Trait("ID", "M2"), Trait("ID", "M3")]
    public async Task A_stream_that_a_flush_stopped_is_not_closed_even_when_the_run_is_cancelled_as_it_is_committed()
    {
        _store.Appending = row =>
        {
            if (row.Kind == RowKind.CursorAdvanced)
                _cancel.Cancel();
        };
        var stream = new Reading(9, _trail)
        {
            Flushing = (_, _, _) => Task.FromResult(WindowOutcome.Stop(Stage.Stop)),
        };
        var run = Of(stream).OrchestrateAsync(Stage.Start, "run", _cancel.Token);
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal("open none, 1, 2, flush 1 2, disposed", _trail.Text());
    }

    [Fact]
    [Trait("ID", "M3")]
    public async Task A_source_that_answers_a_cancel_with_an_exception_at_once_is_drained_like_any_other()
    {
        var stream = new Abrupt(_trail, _cancel);
        var workflow = Workflow.Bare<Stage>().RegisterStream(Stage.Start, stream).AddExitState(Stage.End);
        var run = workflow.OrchestrateAsync(Stage.Start, _cancel.Token);
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal("1, flush 1, close Cancelled", _trail.TextOfStream());
    }

    private async Task<CanoError> CancelAsync(Reading stream)
    {
        var run = Of(stream).OrchestrateAsync(Stage.Start, "run", _cancel.Token);
        await _gate.Entered;
        await _cancel.CancelAsync();
        return await Failures.OfAsync(run);
    }

    private Workflow<Stage> Of(Reading stream) =>
        Streaming.In(stream).WithCheckpointStore(_store).WithTimeProvider(_time);

    /// <summary>Windows of two; the source waits at the gate before an item.</summary>
    private Reading HeldBefore(
        int held,
        Func<TaskContext, IReadOnlyList<int>, CancellationToken, Task<WindowOutcome<Stage>>>? flushing = null,
        Func<TaskContext, StreamEnd, CancellationToken, Task>? closing = null
    ) =>
        new(9, _trail)
        {
            Before = (item, token) => item == held ? _gate.PassAsync(token) : Task.CompletedTask,
            Flushing =
                flushing ?? ((_, _, _) => Task.FromResult<WindowOutcome<Stage>>(WindowOutcome.Continue)),
            Closing = closing ?? ((_, _, _) => Task.CompletedTask),
        };

    /// <summary>A source of one item that throws, rather than answer with a failed task, when it is told to
    /// stop while it looks for the next.</summary>
    private sealed class Abrupt(Trail trail, CancellationTokenSource cancel)
        : IStreamTask<Stage, int, int, int>,
            IAsyncEnumerable<int>,
            IAsyncEnumerator<int>
    {
        public int Current { get; private set; }

        public StreamWindow Window => StreamWindow.Count(5);

        public IAsyncEnumerable<int> OpenAsync(
            TaskContext context,
            Cursor<int> cursor,
            CancellationToken cancellationToken
        ) => this;

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
            this;

        public ValueTask<bool> MoveNextAsync()
        {
            if (Current++ == 0)
                return new(true);
            cancel.Cancel();
            throw new OperationCanceledException(cancel.Token);
        }

        public ValueTask DisposeAsync() => default;

        public ValueTask<(int Output, int Cursor)> ProcessItemAsync(
            TaskContext context,
            int item,
            CancellationToken cancellationToken
        )
        {
            trail.Add(item);
            return new((item, item));
        }

        public ValueTask<WindowOutcome<Stage>> FlushWindowAsync(
            TaskContext context,
            IReadOnlyList<int> outputs,
            CancellationToken cancellationToken
        )
        {
            trail.Add($"flush {string.Join(' ', outputs)}");
            return new(WindowOutcome.Continue);
        }

        public ValueTask<Stage> OnCloseAsync(
            TaskContext context,
            StreamEnd reason,
            CancellationToken cancellationToken
        )
        {
            trail.Add($"close {reason}");
            return new(Stage.End);
        }
    }

    private sealed class StopObserver : IWorkflowObserver
    {
        public List<string> Heard { get; } = [];

        public void OnCancelled(RunPoint at) => Heard.Add("cancelled");

        public void OnWorkflowTimeout(RunPoint at, TimeSpan elapsed, TimeSpan limit) => Heard.Add("timeout");
    }
}
