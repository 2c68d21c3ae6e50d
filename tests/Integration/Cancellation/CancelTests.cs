using Cano.Testing;

namespace Cano.Integration.Cancellation;

public sealed class CancelTests : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly VirtualTime _time = new();
    private readonly Gate _gate = new();
    private readonly Trail _trail = new();

    public void Dispose() => _cancel.Dispose();

    [Fact]
    [Trait("ID", "I3")]
    public async Task A_run_cancelled_before_its_start_runs_no_task_and_writes_no_row()
    {
        await _cancel.CancelAsync();
        var store = new KeepingStore();
        var workflow = _trail.Through(Stage.Start, Stage.End).WithCheckpointStore(store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run", _cancel.Token));
        Assert.Equal("cancelled", error.Category);
        Assert.Equal("Workflow cancelled", error.Message);
        Assert.Empty(_trail.Marks);
        Assert.Empty(store.Rows);
    }

    [Fact]
    [Trait("ID", "I3")]
    public async Task A_cancelled_run_throws_a_cano_exception_and_no_operation_cancelled_one()
    {
        await _cancel.CancelAsync();
        var run = _trail.Through(Stage.Start, Stage.End).OrchestrateAsync(Stage.Start, _cancel.Token);
        await Assert.ThrowsAsync<CanoException>(() => run);
        Assert.True(run.IsFaulted);
    }

    [Fact]
    [Trait("ID", "I4")]
    public async Task A_run_cancelled_on_its_way_to_an_exit_is_cancelled()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => Cancelled(Stage.End))
            .AddExitState(Stage.End);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, _cancel.Token));
        Assert.Equal("cancelled", error.Category);
    }

    [Fact]
    [Trait("ID", "I4")]
    public async Task A_run_cancelled_between_two_states_does_not_begin_the_second()
    {
        var workflow = _trail
            .Through(Stage.Start, Stage.Work, Stage.End)
            .Register(Stage.Start, _ => Cancelled(Stage.Work));
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, _cancel.Token));
        Assert.Equal("cancelled", error.Category);
        Assert.Empty(_trail.Marks);
    }

    [Fact]
    [Trait("ID", "I5"), Trait("ID", "I8")]
    public async Task A_task_is_told_at_once_and_awaited_before_the_run_ends()
    {
        var ending = new Gate();
        var run = RunAsync(async token =>
        {
            try
            {
                await _gate.PassAsync(token);
            }
            finally
            {
                await ending.HoldAsync();
                _trail.Add("cleaned up");
            }
        });
        await _gate.Entered;
        await _cancel.CancelAsync();
        await ending.Entered;
        Assert.False(run.IsCompleted);
        ending.Open();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal(["cleaned up"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "I5")]
    public async Task An_error_of_a_task_that_was_told_to_stop_is_still_a_cancellation()
    {
        var run = RunAsync(_ =>
            throw new IOException($"{_cancel.IsCancellationRequested} {Cancelled(Stage.End)}")
        );
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
    }

    [Fact]
    [Trait("ID", "I5"), Trait("ID", "Y22")]
    public async Task A_success_after_the_cancel_changes_nothing()
    {
        var run = RunAsync(_ => _gate.HoldAsync());
        await _gate.Entered;
        await _cancel.CancelAsync();
        _gate.Open();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
    }

    [Fact]
    [Trait("ID", "I5"), Trait("ID", "Y22")]
    public async Task A_task_that_ignores_the_cancel_is_abandoned_after_the_grace_with_a_warning()
    {
        var logger = new KeepingLogger();
        var run = RunAsync(_ => _gate.HoldAsync(), logger);
        await _gate.Entered;
        await _cancel.CancelAsync();
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Single(logger.Warnings);
        _gate.Open();
    }

    [Fact]
    [Trait("ID", "I6")]
    public async Task A_cancel_comes_before_a_timeout_of_the_same_moment()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                _ =>
                {
                    _time.Advance(TimeSpan.FromSeconds(2));
                    return Cancelled(Stage.End);
                }
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time)
            .WithTotalTimeout(TimeSpan.FromSeconds(1));
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, _cancel.Token));
        Assert.Equal("cancelled", error.Category);
    }

    [Fact]
    [Trait("ID", "I8")]
    public async Task A_retry_delay_ends_at_once()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                _ => throw new IOException(),
                TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromHours(1))
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        var run = workflow.OrchestrateAsync(Stage.Start, _cancel.Token);
        await _time.WhenWaitingAsync();
        await _cancel.CancelAsync();
        var error = await Failures.OfAsync(run);
        Assert.Equal(("cancelled", "Start", 0), (error.Category, error.State, error.Attempt));
        Assert.Equal(0, _time.WaitingCount);
    }

    [Fact]
    [Trait("ID", "I8")]
    public async Task A_router_is_cancelled_like_a_task()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterRouter(Stage.Start, _ => Cancelled(Stage.End))
            .AddExitState(Stage.End);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, _cancel.Token));
        Assert.Equal(("cancelled", "Start"), (error.Category, error.State));
    }

    private Stage Cancelled(Stage next)
    {
        _cancel.Cancel();
        return next;
    }

    private Task<Stage> RunAsync(Func<CancellationToken, Task> body, KeepingLogger? logger = null) =>
        OneState
            .Awaiting(body)
            .WithTimeProvider(_time)
            .WithLogger(logger ?? new KeepingLogger())
            .OrchestrateAsync(Stage.Start, _cancel.Token);
}
