using Cano.Testing;

namespace Cano.Integration.Observers;

/// <summary>Whatever a task is made of, a visit of its state has one start and one end.</summary>
public sealed class StepHookTests
{
    private readonly RecordingObserver _observer = new();
    private readonly VirtualTime _time = new();
    private readonly KeepingStore _store = new();

    [Theory]
    [Trait("ID", "R5")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stepped_task_starts_and_ends_once_however_many_steps_it_takes(bool journaled)
    {
        var workflow = With(workflow =>
            workflow.RegisterStepped<int>(Stage.Start, (_, cursor, _) => new(Step(cursor.Or(0))))
        );
        await RunAsync(workflow, journaled);
        Assert.Equal(["OnTaskStart Start", "OnTaskSuccess Start"], _observer.Tasks());
        // The state's entry, three cursors, the exit.
        Assert.Equal(journaled ? 5 : 0, _observer.Events.Count(seen => seen.Hook == "OnCheckpoint"));
    }

    [Fact]
    [Trait("ID", "R5"), Trait("ID", "J9")]
    public async Task A_stepped_task_that_fails_later_has_one_failure_and_its_steps_own_retries()
    {
        var config = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero);
        var workflow = With(workflow =>
            workflow.RegisterStepped<int>(
                Stage.Start,
                (_, cursor, _) => cursor.HasValue ? throw new IOException() : new(StepOutcome.More(1)),
                config
            )
        );
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(
            [
                "OnStateEnter Start",
                "OnTaskStart Start",
                "OnRetry Start 1: 00:00:00",
                "OnTaskFailure Start retry_exhausted",
            ],
            _observer.Story()
        );
    }

    [Theory]
    [Trait("ID", "R5")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_timer_starts_before_its_wait_and_ends_after_it(bool journaled)
    {
        var workflow = With(workflow =>
            workflow.RegisterTimer(Stage.Start, TimeSpan.FromMinutes(1), Stage.End)
        );
        var run = RunAsync(workflow, journaled);
        await _time.WhenWaitingAsync().Soon();
        Assert.Equal(["OnTaskStart Start"], _observer.Tasks());
        await _time.DriveAsync(() => run);
        Assert.Equal(["OnTaskStart Start", "OnTaskSuccess Start"], _observer.Tasks());
    }

    [Fact]
    [Trait("ID", "R5")]
    public async Task A_timer_cancelled_in_its_wait_has_its_end()
    {
        using var cancel = new CancellationTokenSource();
        var workflow = With(workflow =>
            workflow.RegisterTimer(Stage.Start, TimeSpan.FromMinutes(1), Stage.End)
        );
        var run = workflow.OrchestrateAsync(Stage.Start, cancel.Token);
        await _time.WhenWaitingAsync().Soon();
        await cancel.CancelAsync();
        await Failures.OfAsync(run);
        Assert.Equal(["OnTaskStart Start", "OnTaskFailure Start cancelled"], _observer.Tasks());
        Assert.Single(_observer.Events, seen => seen.Hook == "OnCancelled");
    }

    [Theory]
    [Trait("ID", "R5")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_starts_and_ends_once_however_many_windows_it_flushes(bool journaled)
    {
        var workflow = With(workflow => workflow.RegisterStream(Stage.Start, new Numbers(4)));
        await RunAsync(workflow, journaled);
        Assert.Equal(["OnTaskStart Start/Numbers", "OnTaskSuccess Start/Numbers"], _observer.Tasks());
        // The state's entry, two windows of two, the exit.
        Assert.Equal(journaled ? 4 : 0, _observer.Events.Count(seen => seen.Hook == "OnCheckpoint"));
    }

    [Fact]
    [Trait("ID", "R5")]
    public async Task A_stream_that_fails_has_one_failure()
    {
        var workflow = With(workflow => workflow.RegisterStream(Stage.Start, new Numbers(4, badItem: 3)));
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(
            ["OnTaskStart Start/Numbers", "OnTaskFailure Start/Numbers task_execution"],
            _observer.Tasks()
        );
    }

    [Fact]
    [Trait("ID", "R5")]
    public async Task A_poll_starts_and_ends_once_however_often_it_asks()
    {
        var asked = 0;
        var workflow = With(workflow =>
            workflow.RegisterPoll(
                Stage.Start,
                (_, _) =>
                    new(
                        ++asked < 3
                            ? PollOutcome.Pending(TimeSpan.FromSeconds(1))
                            : PollOutcome.Ready(Stage.End)
                    )
            )
        );
        await _time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(3, asked);
        Assert.Equal(["OnTaskStart Start", "OnTaskSuccess Start"], _observer.Tasks());
        Assert.DoesNotContain(_observer.Events, seen => seen.Hook == "OnRetry");
    }

    [Theory]
    [Trait("ID", "R5")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_compensatable_step_starts_and_ends_once(bool journaled)
    {
        var reserve = Reserve(Stage.End);
        var workflow = With(workflow => workflow.RegisterWithCompensation<int>(Stage.Start, reserve, Undone));
        await RunAsync(workflow, journaled);
        Assert.Equal(["OnTaskStart Start", "OnTaskSuccess Start"], _observer.Tasks());
    }

    [Fact]
    [Trait("ID", "R5")]
    public async Task A_rollback_starts_and_ends_no_tasks_of_its_own()
    {
        var workflow = With(workflow =>
            workflow
                .RegisterWithCompensation<int>(Stage.Start, Reserve(Stage.Work), Undone)
                .Register(Stage.Work, _ => throw new IOException(), TaskConfig.Minimal)
        );
        await Failures.OfAsync(RunAsync(workflow, journaled: true));
        Assert.Equal(
            [
                "OnTaskStart Start",
                "OnTaskSuccess Start",
                "OnTaskStart Work",
                "OnTaskFailure Work task_execution",
            ],
            _observer.Tasks()
        );
        Assert.Equal(_store.Rows.Count, _observer.Events.Count(seen => seen.Hook == "OnCheckpoint"));
    }

    [Fact]
    [Trait("ID", "I5")]
    public async Task A_compensatable_step_that_answers_after_the_cancel_has_one_end_and_the_run_one_cancel()
    {
        using var cancel = new CancellationTokenSource();
        var workflow = With(workflow =>
            workflow.RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) =>
                {
                    cancel.Cancel();
                    return new((Stage.End, 1));
                },
                Undone
            )
        );
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, cancel.Token));
        Assert.Equal("cancelled", error.Category);
        Assert.Equal(2, _observer.Tasks().Count());
        Assert.Single(_observer.Events, seen => seen.Hook == "OnCancelled");
        _observer.AssertTasksPaired();
    }

    private static Func<TaskContext, CancellationToken, ValueTask<(Stage Next, int Output)>> Reserve(
        Stage next
    ) => (_, _) => new((next, 1));

    private static ValueTask Undone(TaskContext context, int output, CancellationToken token) => default;

    private static StepOutcome<int, Stage> Step(int done) =>
        done < 3 ? StepOutcome.More(done + 1) : StepOutcome.Done(Stage.End);

    private Workflow<Stage> With(Func<Workflow<Stage>, Workflow<Stage>> register) =>
        Observed.Alone(_observer, register).WithTimeProvider(_time);

    private Task<Stage> RunAsync(Workflow<Stage> workflow, bool journaled) =>
        journaled
            ? workflow.WithCheckpointStore(_store).OrchestrateAsync(Stage.Start, "run")
            : workflow.OrchestrateAsync(Stage.Start);

    /// <summary>Streams 1, 2, 3 … in windows of two; one item may be bad.</summary>
    private sealed class Numbers(int count, int badItem = 0) : IStreamTask<Stage, int, int, int>
    {
        public StreamWindow Window => StreamWindow.Count(2);

        public IAsyncEnumerable<int> OpenAsync(
            TaskContext context,
            Cursor<int> cursor,
            CancellationToken token
        ) => Enumerable.Range(1, count).Skip(cursor.Or(0)).ToAsyncEnumerable();

        public ValueTask<(int Output, int Cursor)> ProcessItemAsync(
            TaskContext context,
            int item,
            CancellationToken token
        ) => item == badItem ? throw new IOException("bad item") : new((item, item));

        public ValueTask<WindowOutcome<Stage>> FlushWindowAsync(
            TaskContext context,
            IReadOnlyList<int> outputs,
            CancellationToken token
        ) => new(WindowOutcome.Continue);

        public ValueTask<Stage> OnCloseAsync(
            TaskContext context,
            StreamEnd reason,
            CancellationToken token
        ) => new(Stage.End);
    }
}
