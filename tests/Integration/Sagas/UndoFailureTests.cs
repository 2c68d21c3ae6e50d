using Cano.Testing;

namespace Cano.Integration.Sagas;

/// <summary>Compensations that fail.</summary>
public sealed class UndoFailureTests
{
    private readonly Trail _trail = new();
    private readonly KeepingStore _store = new();
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "G5"), Trait("ID", "C4")]
    public async Task A_failed_compensation_comes_after_the_original_error_and_the_rows_stay()
    {
        var workflow = Saga.Three(_trail, Breaking("Work", "Start")).WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("compensation_failed", error.Category);
        Assert.Equal("IOException: broken", error.Message);
        Assert.Equal(["IOException: broken", "IOException: no Work", "IOException: no Start"], error.Texts());
        Assert.Equal(_store.Rows.Count, (await _store.LoadRunAsync("run")).Count);
    }

    [Fact]
    [Trait("ID", "G3")]
    public async Task Every_compensation_runs_once_although_others_fail_and_the_task_has_retries()
    {
        var patient = TaskConfig.Minimal.WithFixedRetry(5, TimeSpan.Zero);
        var workflow = Saga.Three(_trail)
            .Step(_trail, Stage.Start, Stage.Work, patient, undoing: Breaking("Start"))
            .Step(_trail, Stage.Next, Stage.Last, patient, undoing: Breaking("Next"));
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["undo Next", "undo Work", "undo Start"], _trail.Undone());
    }

    [Fact]
    [Trait("ID", "C6"), Trait("ID", "C7"), Trait("ID", "C8")]
    public async Task The_original_error_in_a_failed_rollback_says_where_it_happened()
    {
        var error = await Failures.OfAsync(
            Saga.Three(_trail, Breaking("Work")).OrchestrateAsync(Stage.Start)
        );
        Assert.Equal(("Last", 1), (error.State, error.Attempt));
        var original = error.Errors[0];
        Assert.Equal(("Last", 1), (original.State, original.Attempt));
        Assert.Equal(["Start", "Work", "Next", "Last"], original.Path);
        Assert.Null(error.Errors[1].State);
    }

    [Fact]
    [Trait("ID", "C7")]
    public async Task The_original_error_keeps_the_number_of_its_attempts()
    {
        var retried = TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.Zero);
        var workflow = Saga.Three(_trail, Breaking("Work"))
            .Register(Stage.Last, _ => throw new IOException("broken"), retried)
            .WithTimeProvider(_time);
        var error = await _time.DriveAsync(() => Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal("retry_exhausted", error.Errors[0].Category);
        Assert.Equal((3, 3), (error.Attempt, error.Errors[0].Attempt));
        Assert.Null(error.Source);
        Assert.Equal("IOException: broken", error.Errors[0].Source!.Message);
    }

    [Fact]
    [Trait("ID", "C12")]
    public async Task A_failed_rollback_is_told_on_one_line()
    {
        var error = await Failures.OfAsync(
            Saga.Three(_trail, Breaking("Work")).OrchestrateAsync(Stage.Start)
        );
        Assert.Equal(
            "state=Last attempt=1 path=[Start, Work, Next, Last] caused by: Compensation failed (2 error(s)); "
                + "original: IOException: broken; compensation #1: IOException: no Work",
            error.ToString()
        );
    }

    [Fact]
    [Trait("ID", "C9")]
    public async Task A_compensation_that_throws_a_list_of_failures_adds_its_members()
    {
        var list = CanoError.Of(
            Fault.NewCompensationFailed([CanoError.Generic("one"), CanoError.Generic("two")])
        );
        var workflow = Saga.Three(_trail, Breaking("Start"))
            .Step(_trail, Stage.Work, Stage.Next, undoing: _ => throw new CanoException(list));
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["IOException: broken", "one", "two", "IOException: no Start"], error.Texts());
    }

    [Fact]
    [Trait("ID", "C9"), Trait("ID", "G5")]
    public async Task An_original_error_that_is_a_list_of_failures_does_not_nest()
    {
        var list = CanoError.Of(
            Fault.NewCompensationFailed([CanoError.Generic("one"), CanoError.Generic("two")])
        );
        var workflow = Saga.Three(_trail, Breaking("Start"))
            .Register(Stage.Last, _ => throw new CanoException(list), TaskConfig.Minimal);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["one", "two", "IOException: no Start"], error.Texts());
    }

    [Fact]
    [Trait("ID", "G3")]
    public async Task A_compensation_over_the_attempt_timeout_fails_and_the_next_one_runs()
    {
        var workflow = Slow(token => new Gate().PassAsync(token));
        var run = Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        var error = await run;
        Assert.Equal(["task_execution", "timeout"], error.Errors.Select(one => one.Category));
        Assert.Equal("compensate for `Work` exceeded attempt_timeout", error.Errors[1].Message);
        Assert.Equal(["undo Start"], _trail.Undone());
        Assert.Equal(0, _time.WaitingCount);
    }

    [Fact]
    [Trait("ID", "G3"), Trait("ID", "Y22")]
    public async Task A_compensation_that_ignores_its_timeout_is_given_up_after_the_grace()
    {
        var gate = new Gate();
        var logger = new KeepingLogger();
        var run = Failures.OfAsync(
            Slow(_ => gate.HoldAsync()).WithLogger(logger).OrchestrateAsync(Stage.Start)
        );
        await gate.Entered;
        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("timeout", (await run).Errors[1].Category);
        Assert.Contains(logger.Warnings, warning => warning.Contains("Work", StringComparison.Ordinal));
        gate.Open();
    }

    [Fact]
    [Trait("ID", "G3")]
    public async Task The_timeout_of_one_steps_attempts_is_not_that_of_anothers_compensation()
    {
        var gate = new Gate();
        var run = Failures.OfAsync(
            Slow(_ => Task.CompletedTask)
                .RegisterWithCompensation<int>(
                    Stage.Start,
                    (_, _) => new((Stage.Work, 1)),
                    async (_, _, token) => await gate.PassAsync(token),
                    TaskConfig.Minimal
                )
                .OrchestrateAsync(Stage.Start)
        );
        await gate.Entered;
        _time.Advance(TimeSpan.FromDays(1));
        gate.Open();
        Assert.Equal("task_execution", (await run).Category);
    }

    private static Action<TaskContext> Breaking(params string[] states) =>
        context =>
        {
            if (states.Contains(context.State))
                throw new IOException($"no {context.State}");
        };

    /// <summary>Start, then Work, whose attempts may take a second; Last fails.</summary>
    private Workflow<Stage> Slow(Func<CancellationToken, Task> undo) =>
        Saga.Three(_trail)
            .RegisterWithCompensation<int>(
                Stage.Work,
                (_, _) => new((Stage.Last, 1)),
                async (_, _, token) => await undo(token),
                TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(1))
            )
            .WithTimeProvider(_time);
}
