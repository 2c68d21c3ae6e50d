namespace Cano.Integration.Cancellation;

public sealed class CancelEffectTests : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly Gate _gate = new();
    private readonly Trail _trail = new();

    public void Dispose() => _cancel.Dispose();

    [Fact]
    [Trait("ID", "I8"), Trait("ID", "K17")]
    public async Task Every_branch_is_told_and_awaited_and_none_completes_later()
    {
        var second = new Gate();
        var workflow = Branches.Split(
            Branches.Joining(JoinStrategy.All),
            _ => _trail.Add("joined"),
            Branches.Waiting("a", _gate, _trail),
            Branches.Waiting("b", second, _trail)
        );
        var run = workflow.OrchestrateAsync(Stage.Start, _cancel.Token);
        await Task.WhenAll(_gate.Entered, second.Entered);
        await _cancel.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal(["a", "b"], _trail.Marks.Order());
    }

    [Fact]
    [Trait("ID", "I9"), Trait("ID", "P3")]
    public async Task Resources_are_torn_down_after_a_cancel()
    {
        var resources = new Resources().Insert("db", new Spy("db", _trail));
        var run = Held().WithResources(resources).OrchestrateAsync(Stage.Start, _cancel.Token);
        await _gate.Entered;
        await _cancel.CancelAsync();
        await Failures.OfAsync(run);
        Assert.Equal(["setup db", "teardown db"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "I10")]
    public async Task A_token_that_is_never_signalled_changes_nothing()
    {
        var workflow = _trail.Through(Stage.Start, Stage.Work, Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start, _cancel.Token));
        Assert.Equal(["Start", "Work"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "I1"), Trait("ID", "I10")]
    public async Task A_cancel_after_the_end_changes_nothing()
    {
        var run = _trail.Through(Stage.Start, Stage.End).OrchestrateAsync(Stage.Start, _cancel.Token);
        await run;
        await _cancel.CancelAsync();
        await _cancel.CancelAsync();
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "I2")]
    public async Task A_token_that_cannot_be_signalled_is_handed_to_the_body_as_it_is()
    {
        var seen = new List<bool>();
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                (context, token) =>
                {
                    seen.AddRange([token.CanBeCanceled, context.CancellationToken == token]);
                    return new ValueTask<Stage>(Stage.End);
                }
            )
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);
        await workflow.OrchestrateAsync(Stage.Start, _cancel.Token);
        Assert.Equal([false, true, true, true], seen);
    }

    [Fact]
    [Trait("ID", "I1")]
    public async Task One_token_cancels_every_run_that_was_given_it()
    {
        var first = Held().OrchestrateAsync(Stage.Start, _cancel.Token);
        var second = Held().OrchestrateAsync(Stage.Start, _cancel.Token);
        var other = _trail.Through(Stage.Start, Stage.End).OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        await _cancel.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(first)).Category);
        Assert.Equal("cancelled", (await Failures.OfAsync(second)).Category);
        Assert.Equal(Stage.End, await other);
    }

    [Fact]
    [Trait("ID", "I7"), Trait("ID", "I11")]
    public async Task A_cancel_with_nothing_to_undo_keeps_the_rows_and_a_resume_goes_on()
    {
        var store = new KeepingStore();
        var workflow = Held().WithCheckpointStore(store);
        var run = workflow.OrchestrateAsync(Stage.Start, "run", _cancel.Token);
        await _gate.Entered;
        await _cancel.CancelAsync();
        var error = await Failures.OfAsync(run);
        Assert.Equal(("cancelled", "Start"), (error.Category, error.State));
        Assert.Empty(error.Errors);
        Assert.Single(await store.LoadRunAsync("run"));
        _gate.Open();
        Assert.Equal(Stage.End, await workflow.ResumeFromAsync("run"));
    }

    [Fact]
    [Trait("ID", "I3"), Trait("ID", "D2")]
    public async Task A_cancel_while_a_row_is_written_waits_for_the_row_and_runs_no_task()
    {
        var store = new KeepingStore();
        store.Appending = _ => _cancel.Cancel();
        var workflow = _trail.Through(Stage.Start, Stage.End).WithCheckpointStore(store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run", _cancel.Token));
        Assert.Equal("cancelled", error.Category);
        Assert.Empty(_trail.Marks);
        Assert.Equal(["StateEntered Start"], store.Story);
    }

    [Fact]
    [Trait("ID", "Y27")]
    public async Task A_cancel_while_the_finished_row_is_written_comes_too_late()
    {
        var store = new KeepingStore();
        store.Appending = row => CancelAt(row.Kind == RowKind.Finished);
        var workflow = _trail.Through(Stage.Start, Stage.End).WithCheckpointStore(store);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start, "run", _cancel.Token));
    }

    [Fact]
    [Trait("ID", "I8"), Trait("ID", "J10")]
    public async Task A_task_with_an_attempt_timeout_is_cancelled_at_once_and_not_retried()
    {
        var attempts = 0;
        var config = TaskConfig
            .Minimal.WithAttemptTimeout(TimeSpan.FromHours(1))
            .WithFixedRetry(3, TimeSpan.Zero);
        var workflow = OneState.Awaiting(CountAsync, config).WithTimeProvider(new Cano.Testing.VirtualTime());
        var run = workflow.OrchestrateAsync(Stage.Start, _cancel.Token);
        await _gate.Entered;
        await _cancel.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal(1, attempts);

        Task CountAsync(CancellationToken token)
        {
            attempts++;
            return _gate.PassAsync(token);
        }
    }

    private void CancelAt(bool now)
    {
        if (now)
            _cancel.Cancel();
    }

    private Workflow<Stage> Held() => OneState.Awaiting(_gate.PassAsync);
}
