using Cano.Testing;

namespace Cano.Integration.Steps.Waits;

/// <summary>A state waits for signals, or until its time is up.</summary>
public sealed class WaitTests
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();
    private readonly KeepingStore _store = new();
    private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    [Trait("ID", "U1")]
    public async Task A_signal_that_comes_before_its_waiter_waits_for_it()
    {
        var workflow = Of(Approving);
        await workflow.SendAsync(new Approval("Ada", 7));
        Assert.Equal(Stage.End, await StartAsync(workflow));
        Assert.Equal(["Ada 7 attempt 1"], _trail.Marks);
        Assert.Equal(
            ["StateEntered Start", "WaitStarted Start", "SignalTaken Start", "Finished End"],
            _store.Story
        );
    }

    [Fact]
    [Trait("ID", "U1")]
    public async Task A_signal_wakes_the_run_that_waits_for_it_with_the_clock_standing_still()
    {
        var workflow = Of(Approving.After(s_day, Stage.Stop));
        var run = StartAsync(workflow);
        await _waits.Task.Soon();
        await workflow.SendAsync(new Approval("Ada", 7));
        await run.Soon();
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "U1")]
    public async Task Signals_of_one_name_are_taken_in_the_order_in_which_they_came()
    {
        var workflow = Of(ApprovingTo(Stage.Work), (Stage.Work, Approving));
        await workflow.SendAsync(new Approval("Ada", 1));
        await workflow.SendAsync(new Approval("Bob", 2));
        Assert.Equal(Stage.End, await StartAsync(workflow));
        Assert.Equal(["Ada 1 attempt 1", "Bob 2 attempt 1"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "U2")]
    public async Task A_signal_whose_id_the_run_has_seen_changes_nothing_also_when_it_was_taken()
    {
        var workflow = Of(ApprovingTo(Stage.Work), (Stage.Work, Approving.After(s_day, Stage.Stop)));
        await workflow.SendAsync(new Approval("Ada", 1), "first");
        await workflow.SendAsync(new Approval("Ada", 1), "first");
        var run = StartAsync(workflow);
        await _time.WhenWaitingAsync().Soon();
        await workflow.SendAsync(new Approval("Ada", 1), "first");
        Assert.Equal(0, await workflow.LeftAsync());
        Assert.Equal(Stage.Stop, await _time.DriveAsync(() => run));
        Assert.Equal(["Ada 1 attempt 1"], _trail.Marks);
    }

    [Theory]
    [Trait("ID", "U3")]
    [MemberData(nameof(EveryPoint))]
    public async Task A_crash_anywhere_runs_the_body_of_the_same_signal(int append, CrashPoint point)
    {
        var workflow = Of(Approving);
        await workflow.SendAsync(new Approval("Ada", 1));
        await workflow.SendAsync(new Approval("Bob", 2));
        var dying = new CrashingCheckpointStore(_store, append, point);
        var died = await Failures.OfAsync(StartAsync(workflow.WithCheckpointStore(dying)));
        Assert.Equal("checkpoint_store", died.Category);
        if (_store.Rows.Count == 0)
            Assert.Equal(Stage.End, await StartAsync(workflow));
        else
            Assert.Equal(Stage.End, await workflow.ResumeFromAsync(Waiters.RunId));
        Assert.All(_trail.Marks, mark => Assert.Equal("Ada 1 attempt 1", mark));
        Assert.Single(_store.Rows, row => row.Kind == RowKind.SignalTaken);
    }

    public static TheoryData<int, CrashPoint> EveryPoint => CrashPoints.Of(1, 4);

    [Fact]
    [Trait("ID", "U3")]
    public async Task Further_attempts_get_the_same_payload_and_wait_for_no_second_signal()
    {
        var config = TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.FromSeconds(5));
        var workflow = Of(Wait.For<Stage>().On(Waiters.Approve, Failing(2), config));
        await workflow.SendAsync(new Approval("Ada", 1));
        await workflow.SendAsync(new Approval("Bob", 2));
        Assert.Equal(Stage.End, await _time.DriveAsync(() => StartAsync(workflow)));
        Assert.Equal(["Ada 1 attempt 1", "Ada 1 attempt 2", "Ada 1 attempt 3"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "U3")]
    public async Task A_run_that_died_in_a_retrys_delay_goes_on_with_the_same_payload()
    {
        var config = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromMinutes(5));
        var workflow = Of(Wait.For<Stage>().On(Waiters.Approve, Failing(1), config)).WithSnapshotEvery(1);
        await workflow.SendAsync(new Approval("Ada", 1));
        await workflow.SendAsync(new Approval("Bob", 2));
        var dying = new CrashingCheckpointStore(_store);
        var run = StartAsync(workflow.WithCheckpointStore(dying));
        await _time.WhenWaitingAsync().Soon();
        dying.Crash();
        await _time.DriveAsync(() => Failures.OfAsync(run));
        Assert.Equal(Stage.End, await _time.DriveAsync(() => workflow.ResumeFromAsync(Waiters.RunId)));
        Assert.All(_trail.Marks, mark => Assert.StartsWith("Ada 1", mark, StringComparison.Ordinal));
        Assert.Single(_store.Rows, row => row.Kind == RowKind.SignalTaken);
    }

    [Fact]
    [Trait("ID", "U3")]
    public async Task A_run_that_failed_in_a_signals_body_is_resumed_with_the_same_payload()
    {
        var workflow = Of(Wait.For<Stage>().On(Waiters.Approve, Failing(1), TaskConfig.Minimal));
        await workflow.SendAsync(new Approval("Ada", 1));
        await workflow.SendAsync(new Approval("Bob", 2));
        Assert.Equal("task_execution", (await Failures.OfAsync(StartAsync(workflow))).Category);
        _failuresLeft = 0;
        Assert.Equal(Stage.End, await workflow.ResumeFromAsync(Waiters.RunId));
        Assert.Equal(["Ada 1 attempt 1", "Ada 1 attempt 1"], _trail.Marks);
    }

    [Theory]
    [Trait("ID", "U4")]
    [InlineData(-1, Stage.End)]
    [InlineData(0, Stage.Stop)]
    [InlineData(1, Stage.Stop)]
    public async Task A_signal_counts_when_it_came_before_the_due_time_whenever_the_run_looks(
        int ticks,
        Stage end
    )
    {
        var workflow = Of(Approving.After(s_day, Stage.Stop));
        var dying = new CrashingCheckpointStore(_store);
        using var cancel = new CancellationTokenSource();
        var run = StartAsync(workflow.WithCheckpointStore(dying), cancel.Token);
        await _time.WhenWaitingAsync().Soon();
        dying.Crash();
        await cancel.CancelAsync();
        await Failures.OfAsync(run);
        // Nobody looks while the process is away.
        _time.Advance(s_day + TimeSpan.FromTicks(ticks));
        await workflow.SendAsync(new Approval("Ada", 1));
        _time.Advance(s_day);
        Assert.Equal(end, await workflow.ResumeFromAsync(Waiters.RunId));
    }

    [Fact]
    [Trait("ID", "U4")]
    public async Task A_late_signal_stays_for_a_later_state()
    {
        var workflow = Of(Approving.After(s_day, Stage.Work), (Stage.Work, Approving));
        var run = StartAsync(workflow);
        await _time.WhenWaitingAsync().Soon();
        _time.Advance(s_day);
        await workflow.SendAsync(new Approval("Ada", 1));
        await run.Soon();
        Assert.Equal(Stage.End, await run);
        Assert.Equal("Work", Assert.Single(_store.Rows, row => row.Kind == RowKind.SignalTaken).State);
    }

    [Fact]
    [Trait("ID", "U4")]
    public async Task The_due_time_is_journaled_when_the_wait_begins()
    {
        var workflow = Of(Approving.After(s_day, Stage.Stop));
        var due = _time.GetUtcNow() + s_day;
        Assert.Equal(Stage.Stop, await _time.DriveAsync(() => StartAsync(workflow)));
        Assert.Equal(due, _store.Rows[1].WakesAt);
        Assert.Equal(RowStatus.Waiting, _store.Rows[1].Status);
    }

    [Fact]
    [Trait("ID", "U4")]
    public async Task A_run_whose_time_is_up_in_a_state_that_has_no_time_any_more_is_told_so()
    {
        var dying = new CrashingCheckpointStore(_store);
        var run = StartAsync(Of(Approving.After(s_day, Stage.Stop)).WithCheckpointStore(dying));
        await _time.WhenWaitingAsync().Soon();
        dying.Crash();
        await _time.DriveAsync(() => Failures.OfAsync(run));
        var error = await Failures.OfAsync(
            _time.DriveAsync(() => Of(Approving).ResumeFromAsync(Waiters.RunId))
        );
        Assert.Equal("workflow", error.Category);
        Assert.Contains("no time any more", error.Message, StringComparison.Ordinal);
        Assert.Equal(Stage.Start.ToString(), error.State);
    }

    [Fact]
    [Trait("ID", "U4")]
    public async Task A_wait_without_a_time_is_a_wait_all_the_same()
    {
        var workflow = Of(Approving);
        var run = StartAsync(workflow);
        await _waits.Task.Soon();
        Assert.Equal((RowStatus.Waiting, null), (_store.Rows[1].Status, _store.Rows[1].WakesAt));
        Assert.Equal(0, _time.WaitingCount);
        await workflow.SendAsync(new Approval("Ada", 1));
        await run.Soon();
    }

    [Fact]
    [Trait("ID", "U7")]
    public async Task A_run_that_is_cancelled_while_it_waits_is_undone_and_takes_nothing()
    {
        var workflow = Saga(Approving);
        using var cancel = new CancellationTokenSource();
        var run = StartAsync(workflow, cancel.Token);
        await _waits.Task.Soon();
        await cancel.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal(["undo 5"], _trail.Marks);
        Assert.DoesNotContain(_store.Rows, row => row.Kind == RowKind.SignalTaken);
    }

    [Fact]
    [Trait("ID", "U7")]
    public async Task A_run_whose_time_is_up_while_it_waits_is_undone()
    {
        var workflow = Saga(Approving).WithTotalTimeout(s_day);
        var run = StartAsync(workflow);
        await _waits.Task.Soon();
        _time.Advance(s_day);
        Assert.Equal("workflow_timeout", (await Failures.OfAsync(run)).Category);
        Assert.Equal(["undo 5"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "S9")]
    public async Task Dying_while_it_waits_is_not_held_against_a_run()
    {
        var workflow = Of(Approving.After(s_day, Stage.Stop));
        for (var life = 0; life < 5; life++)
        {
            var dying = new CrashingCheckpointStore(_store);
            using var cancel = new CancellationTokenSource();
            var mortal = workflow.WithCheckpointStore(dying);
            var run =
                life == 0
                    ? StartAsync(mortal, cancel.Token)
                    : mortal.ResumeFromAsync(Waiters.RunId, cancel.Token);
            await _time.WhenWaitingAsync().Soon();
            dying.Crash();
            await cancel.CancelAsync();
            await Failures.OfAsync(run);
        }

        var waiting = Assert.Single(await _store.List(RunFilter.Unfinished));
        Assert.Equal(0, waiting.Tries);
    }

    [Fact]
    [Trait("ID", "U5")]
    public async Task A_payload_that_does_not_fit_fails_its_waiter_with_both_types_named()
    {
        var workflow = Of(Approving);
        workflow.Send(new Signal<int[]>("approve"), [1], null);
        var error = await Failures.OfAsync(StartAsync(workflow));
        Assert.Contains("`Int32[]`", error.Message, StringComparison.Ordinal);
        Assert.Contains("`Approval`", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "U8")]
    public async Task Without_a_journal_it_is_the_same()
    {
        var workflow = Of(Approving.On(Waiters.Refuse, Stage.Stop), isJournaled: false);
        var run = StartAsync(workflow);
        await workflow.SendAsync(Waiters.Refuse);
        await run.Soon();
        Assert.Equal(Stage.Stop, await run);
        // What a run never took is gone with it.
        await workflow.SendAsync(Waiters.Refuse);
        await workflow.SendAsync(Waiters.Refuse);
        Assert.Equal(Stage.Stop, await StartAsync(workflow));
        Assert.Equal(0, await workflow.LeftAsync());
    }

    private int _failuresLeft;

    private Wait<Stage> Approving => ApprovingTo(Stage.End);

    private Wait<Stage> ApprovingTo(Stage next) => Wait.For<Stage>().On(Waiters.Approve, Marking(next));

    private Func<TaskContext, Approval, Stage> Marking(Stage next) =>
        (context, approval) =>
        {
            _trail.Add($"{approval.By} {approval.Amount} attempt {context.Attempt}");
            return next;
        };

    private Func<TaskContext, Approval, CancellationToken, ValueTask<Stage>> Failing(int times)
    {
        _failuresLeft = times;
        return (context, approval, _) =>
        {
            Marking(Stage.End)(context, approval);
            if (_failuresLeft-- > 0)
                throw new IOException("not yet");
            return new(Stage.End);
        };
    }

    private Workflow<Stage> Saga(Wait<Stage> wait) =>
        Of(
            wait,
            Workflow
                .Bare<Stage>()
                .RegisterWithCompensation(
                    Stage.Next,
                    (_, _) => new ValueTask<(Stage, int)>((Stage.Start, 5)),
                    (_, output, _) =>
                    {
                        _trail.Add($"undo {output}");
                        return default;
                    },
                    TaskConfig.Minimal
                )
        );

    private Workflow<Stage> Of(Wait<Stage> wait, params (Stage State, Wait<Stage> Wait)[] more) =>
        more.Aggregate(Of(wait, Workflow.Bare<Stage>()), (all, next) => all.Waiting(next.State, next.Wait));

    private Workflow<Stage> Of(Wait<Stage> wait, bool isJournaled) =>
        isJournaled
            ? Of(wait)
            : Workflow.Bare<Stage>().Waiting(Stage.Start, wait).AddExitStates(Stage.End, Stage.Stop);

    private Workflow<Stage> Of(Wait<Stage> wait, Workflow<Stage> bare)
    {
        _store.Appending = row =>
        {
            if (row.Kind == RowKind.WaitStarted)
                _waits.TrySetResult();
        };
        return bare.Waiting(Stage.Start, wait)
            .AddExitStates(Stage.End, Stage.Stop)
            .WithTimeProvider(_time)
            .WithCheckpointStore(_store);
    }

    private static Task<Stage> StartAsync(Workflow<Stage> workflow, CancellationToken cancel = default) =>
        workflow.OrchestrateAsync(
            workflow.RegisteredStates.Contains(Stage.Next) ? Stage.Next : Stage.Start,
            Waiters.RunId,
            cancel
        );
}
