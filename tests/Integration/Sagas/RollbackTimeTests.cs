using Cano.Testing;

namespace Cano.Integration.Sagas;

/// <summary>How long a rollback may take.</summary>
public sealed class RollbackTimeTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time = new();
    private readonly KeepingStore _store = new();
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "H8")]
    public async Task What_is_not_undone_in_time_is_reported_with_its_output_newest_first()
    {
        var error = await LateAsync(Slow().WithCompensationTimeout(s_second * 5), s_second * 5);
        Assert.Equal(
            ["task_execution", "timeout", "orphaned_compensation", "orphaned_compensation", "timeout"],
            error.Errors.Select(one => one.Category)
        );
        Assert.Equal("compensate for Next exceeded compensation deadline", error.Errors[1].Message);
        Assert.Equal("compensation deadline elapsed; 2 entries left unprocessed", error.Errors[4].Message);
        Assert.Equal(
            [("Work", "\"Work\""), ("Start", "\"Start\"")],
            error.Errors.Skip(2).Take(2).Select(Orphan)
        );
        Assert.Empty(_trail.Undone());
    }

    [Fact]
    [Trait("ID", "H8"), Trait("ID", "S7")]
    public async Task A_rollback_that_ran_out_of_time_has_ended_and_a_resume_only_tells_how()
    {
        var late = await LateAsync(Slow().WithCompensationTimeout(s_second), s_second);
        Assert.Equal(["RollbackStarted Last", "RollbackFinished Last"], _store.Story.TakeLast(2));
        var resumed = await Failures.OfAsync(
            Saga.Three(_trail).WithCheckpointStore(_store).ResumeFromAsync("run")
        );
        Assert.Equal(late.Category, resumed.Category);
        Assert.Equal(late.Errors.Select(one => one.Message), resumed.Errors.Select(one => one.Message));
        Assert.Empty(_trail.Undone());
        // What was not undone is there for a person.
        Assert.Equal(_store.Rows.Count, (await _store.LoadRunAsync("run")).Count);
    }

    [Fact]
    [Trait("ID", "Y13"), Trait("ID", "H6")]
    public async Task A_compensation_timeout_works_without_a_total_timeout()
    {
        var run = StartAsync(Slow().WithCompensationTimeout(s_second));
        await _time.WhenWaitingAsync();
        _time.Advance(s_second - TimeSpan.FromTicks(1));
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("timeout", (await run).Errors[1].Category);
    }

    [Theory]
    [Trait("ID", "H5")]
    [InlineData(10, 5)]
    [InlineData(50, 25)]
    [InlineData(1000, 30)]
    public async Task A_rollback_may_take_half_the_total_timeout_and_at_most_thirty_seconds(
        int total,
        int budget
    )
    {
        var run = StartAsync(Slow().WithTotalTimeout(s_second * total));
        await _time.WhenWaitingAsync(2);
        _time.Advance(s_second * budget - TimeSpan.FromTicks(1));
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("timeout", (await run).Errors[1].Category);
    }

    [Fact]
    [Trait("ID", "H5")]
    public async Task A_compensation_timeout_comes_before_the_default()
    {
        var run = StartAsync(Slow().WithTotalTimeout(s_second * 10).WithCompensationTimeout(s_second * 90));
        await _time.WhenWaitingAsync(2);
        _time.Advance(s_second * 89);
        Assert.False(run.IsCompleted);
        _time.Advance(s_second);
        Assert.Equal("timeout", (await run).Errors[1].Category);
    }

    [Fact]
    [Trait("ID", "H5")]
    public async Task The_time_of_a_rollback_counts_from_its_start_and_not_from_the_runs()
    {
        var workflow = Slow()
            .Register(Stage.Last, _ => Slept(), TaskConfig.Minimal)
            .WithTotalTimeout(s_second * 10);
        var run = StartAsync(workflow);
        await _time.WhenWaitingAsync(2);
        _time.Advance(s_second * 4.9);
        Assert.False(run.IsCompleted);
        _time.Advance(s_second * 0.1);
        Assert.Equal(["task_execution", "timeout"], (await run).Errors.Take(2).Select(one => one.Category));

        Stage Slept()
        {
            _time.Advance(s_second * 9);
            throw new IOException("late");
        }
    }

    [Fact]
    [Trait("ID", "H6")]
    public async Task Without_any_timeout_a_rollback_may_take_for_ever()
    {
        var gate = new Gate();
        var run = StartAsync(Slow(gate));
        await gate.Entered;
        _time.Advance(TimeSpan.FromDays(1000));
        gate.Open();
        Assert.Empty((await run).Errors);
        Assert.Equal(["undo Work", "undo Start"], _trail.Undone());
    }

    [Fact]
    [Trait("ID", "H7")]
    public async Task With_no_time_for_the_rollback_nothing_is_undone()
    {
        var error = await StartAsync(Saga.Three(_trail).WithCompensationTimeout(TimeSpan.Zero));
        Assert.Empty(_trail.Undone());
        Assert.Equal(["Next", "Work", "Start"], error.Errors.Skip(1).Take(3).Select(one => Orphan(one).Task));
        Assert.Equal("compensation deadline elapsed; 3 entries left unprocessed", error.Errors[^1].Message);
    }

    [Fact]
    [Trait("ID", "H7")]
    public async Task A_resume_with_a_total_timeout_of_zero_runs_nothing_and_undoes_nothing()
    {
        _store.Appending = row => _ = row.State == "Last" ? throw new IOException("power") : row;
        await StartAsync(Saga.Three(_trail));
        _store.Appending = null;
        var workflow = Saga.Sound(_trail).WithTotalTimeout(TimeSpan.Zero);
        var error = await Failures.OfAsync(Placed(workflow).ResumeFromAsync("run"));
        Assert.Equal("workflow_timeout", error.Errors[0].Category);
        Assert.Equal(["do Start", "do Work", "do Next"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "H9")]
    public async Task The_longest_limits_never_pass()
    {
        var gate = new Gate();
        var longest = Slow(gate)
            .WithTotalTimeout(TimeSpan.MaxValue)
            .WithCompensationTimeout(TimeSpan.MaxValue);
        var run = StartAsync(longest);
        await gate.Entered;
        _time.Advance(TimeSpan.FromDays(1000));
        gate.Open();
        Assert.Empty((await run).Errors);
    }

    [Fact]
    [Trait("ID", "H5")]
    public async Task A_rollback_in_time_leaves_no_timer_behind()
    {
        await StartAsync(Saga.Three(_trail).WithCompensationTimeout(s_second));
        Assert.Equal(0, _time.WaitingCount);
    }

    [Fact]
    [Trait("ID", "H8"), Trait("ID", "Y22")]
    public async Task A_compensation_that_ignores_the_deadline_is_given_up_after_the_grace()
    {
        var gate = new Gate();
        var run = StartAsync(Slow(gate, ignoresToken: true).WithCompensationTimeout(s_second));
        await gate.Entered;
        _time.Advance(s_second);
        await _time.WhenWaitingAsync();
        _time.Advance(s_second * 4.9);
        Assert.False(run.IsCompleted);
        _time.Advance(s_second * 0.1);
        Assert.Equal("compensate for Next exceeded compensation deadline", (await run).Errors[1].Message);
        gate.Open();
    }

    [Fact]
    [Trait("ID", "H8"), Trait("ID", "Y22")]
    public async Task A_compensation_that_ends_within_the_grace_is_done_and_the_rest_is_left()
    {
        var gate = new Gate();
        var run = StartAsync(Slow(gate, ignoresToken: true).WithCompensationTimeout(s_second));
        await gate.Entered;
        _time.Advance(s_second);
        await _time.WhenWaitingAsync();
        gate.Open();
        var error = await run;
        Assert.Equal(["Work", "Start"], error.Errors.Skip(1).Take(2).Select(one => Orphan(one).Task));
        Assert.Equal("compensation deadline elapsed; 2 entries left unprocessed", error.Errors[3].Message);
        Assert.Equal(4, error.Errors.Count);
        Assert.Equal(["Compensated Next", "RollbackFinished Last"], _store.Story.TakeLast(2));
    }

    private static (string Task, string Output) Orphan(CanoError error)
    {
        var orphan = Assert.IsType<Fault.OrphanedCompensation>(error.Fault);
        return (orphan.Task, System.Text.Encoding.UTF8.GetString(orphan.Output));
    }

    private async Task<CanoError> LateAsync(Workflow<Stage> workflow, TimeSpan budget)
    {
        var run = StartAsync(workflow);
        await _time.WhenWaitingAsync();
        _time.Advance(budget);
        return await run;
    }

    private Workflow<Stage> Placed(Workflow<Stage> workflow) =>
        workflow.WithTimeProvider(_time).WithCheckpointStore(_store);

    private Task<CanoError> StartAsync(Workflow<Stage> workflow) =>
        Failures.OfAsync(Placed(workflow).OrchestrateAsync(Stage.Start, "run"));

    /// <summary>Three steps; undoing Next waits at a gate, unless it is told to stop.</summary>
    private Workflow<Stage> Slow(Gate? gate = null, bool ignoresToken = false) =>
        Saga.Three(_trail)
            .RegisterWithCompensation<string>(
                Stage.Next,
                (_, _) => new((Stage.Last, "Next")),
                async (_, _, token) =>
                    await (ignoresToken ? gate!.HoldAsync() : (gate ?? new Gate()).PassAsync(token)),
                TaskConfig.Minimal
            );
}
