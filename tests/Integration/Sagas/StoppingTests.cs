using Cano.Testing;

namespace Cano.Integration.Sagas;

/// <summary>Cancellation and total timeout while a saga runs.</summary>
public sealed class StoppingTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _cancel = new();
    private readonly VirtualTime _time = new();
    private readonly KeepingStore _store = new();
    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    public void Dispose() => _cancel.Dispose();

    [Fact]
    [Trait("ID", "G13"), Trait("ID", "Y22")]
    public async Task A_step_is_not_told_of_a_cancel_and_what_it_completed_is_undone()
    {
        var run = Failures.OfAsync(Held(Stage.Last).OrchestrateAsync(Stage.Start, "run", _cancel.Token));
        await _gate.Entered;
        await _cancel.CancelAsync();
        // Longer than any grace: the step is neither interrupted nor abandoned.
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(run.IsCompleted);
        _gate.Open();
        var error = await run;
        Assert.Equal(("cancelled", "Work", 0), (error.Category, error.State, error.Attempt));
        Assert.Equal(["do Start", "told False", "undo Work", "undo Start"], _trail.Marks);
        Assert.Contains("StepCompleted Work", _store.Story);
    }

    [Fact]
    [Trait("ID", "G13")]
    public async Task A_step_is_not_told_of_the_total_timeout_and_what_it_completed_is_undone()
    {
        var workflow = Held(Stage.Last).WithTotalTimeout(s_limit);
        var run = Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        await _gate.Entered;
        _time.Advance(s_limit * 2);
        Assert.False(run.IsCompleted);
        _gate.Open();
        var error = await run;
        Assert.Equal(("workflow_timeout", "Work", 0), (error.Category, error.State, error.Attempt));
        Assert.Equal(Fault.NewWorkflowTimeout(s_limit * 2, s_limit), error.Fault);
        Assert.Equal(["do Start", "told False", "undo Work", "undo Start"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "H4")]
    public async Task A_step_that_reaches_the_exit_after_the_deadline_has_succeeded()
    {
        var run = Held(Stage.End).WithTotalTimeout(s_limit).OrchestrateAsync(Stage.Start, "run");
        await _gate.Entered;
        _time.Advance(s_limit * 2);
        _gate.Open();
        Assert.Equal(Stage.End, await run);
        Assert.Empty(_trail.Undone());
        Assert.Equal(["StepCompleted Work", "Finished End"], _store.Story.TakeLast(2));
    }

    [Fact]
    [Trait("ID", "H4")]
    public async Task A_step_that_reaches_the_exit_counts_although_the_limit_passes_at_its_completion_row()
    {
        _store.Appending = row => _time.Advance(row.NextState == "End" ? s_limit : TimeSpan.Zero);
        _gate.Open();
        var run = Held(Stage.End).WithTotalTimeout(s_limit).OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(Stage.End, await run);
        Assert.Empty(_trail.Undone());
    }

    [Fact]
    [Trait("ID", "H4"), Trait("ID", "F15")]
    public async Task A_resume_with_no_time_at_all_ends_at_the_exit_that_a_completed_step_chose()
    {
        _gate.Open();
        _store.Appending = row => _ = row.Kind == RowKind.Finished ? throw new IOException("power") : row;
        await Failures.OfAsync(Held(Stage.End).OrchestrateAsync(Stage.Start, "run"));
        _store.Appending = null;
        Assert.Equal(Stage.End, await Held(Stage.End).WithTotalTimeout(TimeSpan.Zero).ResumeFromAsync("run"));
        Assert.Empty(_trail.Undone());
    }

    [Fact]
    [Trait("ID", "I4")]
    public async Task A_step_that_reaches_the_exit_after_a_cancel_is_undone()
    {
        var run = Failures.OfAsync(Held(Stage.End).OrchestrateAsync(Stage.Start, "run", _cancel.Token));
        await _gate.Entered;
        await _cancel.CancelAsync();
        _gate.Open();
        Assert.Equal("cancelled", (await run).Category);
        Assert.Equal(["undo Work", "undo Start"], _trail.Undone());
        Assert.DoesNotContain("Finished End", _store.Story);
    }

    [Fact]
    [Trait("ID", "G13")]
    public async Task A_step_that_fails_after_a_cancel_is_not_tried_again_and_not_undone()
    {
        var workflow = Held(Stage.Last, () => throw new IOException(), 3);
        var run = Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run", _cancel.Token));
        await _gate.Entered;
        await _cancel.CancelAsync();
        _gate.Open();
        Assert.Equal("cancelled", (await run).Category);
        Assert.Equal(["do Start", "told False", "undo Start"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "I5")]
    public async Task A_plain_task_is_told_at_once_and_the_steps_before_it_are_undone()
    {
        var workflow = Saga.Three(_trail).Register(Stage.Last, HoldAsync, TaskConfig.Minimal);
        var run = Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, _cancel.Token));
        await _gate.Entered;
        await _cancel.CancelAsync();
        Assert.Equal(("cancelled", "Last"), Place(await run));
        Assert.Equal(["undo Next", "undo Work", "undo Start"], _trail.Undone());
    }

    [Fact]
    [Trait("ID", "I8")]
    public async Task A_retry_delay_of_a_step_ends_at_once_and_the_steps_before_it_are_undone()
    {
        var retried = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromHours(1));
        var workflow = Saga.Three(_trail)
            .Step(_trail, Stage.Next, Stage.Last, retried, doing: _ => throw new IOException())
            .WithTimeProvider(_time)
            .WithCheckpointStore(_store);
        var run = Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run", _cancel.Token));
        await _time.WhenWaitingAsync();
        await _cancel.CancelAsync();
        Assert.Equal(("cancelled", "Next"), Place(await run));
        Assert.Equal(["undo Work", "undo Start"], _trail.Undone());
        Assert.Equal(0, _time.WaitingCount);
    }

    private static (string, string?) Place(CanoError error) => (error.Category, error.State);

    private async ValueTask<Stage> HoldAsync(TaskContext context, CancellationToken token)
    {
        await _gate.PassAsync(token);
        return Stage.End;
    }

    /// <summary>Start is a step; Work is one that waits at the gate and marks whether it was told to
    /// stop.</summary>
    private Workflow<Stage> Held(Stage next, Action? after = null, int retries = 0) =>
        Saga.Three(_trail)
            .RegisterWithCompensation<string>(
                Stage.Work,
                async (_, token) =>
                {
                    await _gate.HoldAsync();
                    _trail.Add($"told {token.IsCancellationRequested}");
                    after?.Invoke();
                    return (next, "Work");
                },
                (_, output, _) =>
                {
                    _trail.Add($"undo {output}");
                    return default;
                },
                TaskConfig.Minimal.WithFixedRetry(retries, TimeSpan.Zero)
            )
            .WithTimeProvider(_time)
            .WithCheckpointStore(_store);
}
