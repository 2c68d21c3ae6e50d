using Cano.Testing;

namespace Cano.Integration.Observers;

public sealed class ResumeHookTests
{
    private readonly RecordingObserver _observer = new();
    private readonly KeepingStore _store = new();

    [Fact]
    [Trait("ID", "F2")]
    public async Task A_resume_is_told_of_with_its_last_row_before_the_state_begins_again()
    {
        await Interrupted.AtAsync(Stage.Work, _store, "run");
        await Watched(Stage.Start, Stage.Work, Stage.End).ResumeFromAsync("run");
        Assert.Equal(
            [
                "OnResume Work 1",
                "OnStateEnter Work",
                "OnCheckpoint Work 2",
                "OnTaskStart Work",
                "OnTaskSuccess Work",
                "OnStateEnter End",
                "OnCheckpoint End 3",
            ],
            _observer.Story()
        );
        Assert.All(_observer.Events, seen => Assert.Equal("run", seen.At.RunId));
    }

    [Fact]
    [Trait("ID", "F13")]
    public async Task A_lost_state_is_told_of_with_its_row_and_the_resume_goes_on()
    {
        await Interrupted.AtAsync(Stage.Work, _store, "run");
        Assert.Equal(Stage.End, await Watched(Stage.Work, Stage.End).ResumeFromAsync("run"));
        var first = _observer.Events[0];
        Assert.Equal("OnUnknownResumeState Start 0", first.ToString());
        Assert.Equal(("run", 0L), (first.At.RunId, first.Sequence));
        Assert.Single(_observer.Events, seen => seen.Hook == "OnUnknownResumeState");
        Assert.Equal("OnResume Work 1", _observer.Events[1].ToString());
    }

    [Fact]
    [Trait("ID", "F4")]
    public async Task A_refused_resume_is_told_nobody()
    {
        await Interrupted.AtAsync(Stage.Work, _store, "run");
        await Failures.OfAsync(Watched(Stage.Start, Stage.Next, Stage.End).ResumeFromAsync("run"));
        Assert.Empty(_observer.Events);
    }

    [Fact]
    [Trait("ID", "Y27")]
    public async Task A_resume_of_a_finished_run_is_told_of_and_runs_nothing()
    {
        var store = new KeepingStore { ClearFailure = new IOException("read only") };
        var workflow = new Trail().Through(Stage.Start, Stage.End).WithCheckpointStore(store);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(Stage.End, await workflow.WithObserver(_observer).ResumeFromAsync("run"));
        Assert.Equal(["OnResume End 1", "OnCheckpointClearFailed End checkpoint_store"], _observer.Story());
    }

    [Fact]
    [Trait("ID", "F2"), Trait("ID", "Y6")]
    public async Task A_resume_after_a_completed_step_enters_its_next_state_once()
    {
        _store.Appending = row => _ = row.State == "Work" ? throw new IOException("power") : row;
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<int>(Stage.Start, (_, _) => new((Stage.Work, 1)), (_, _, _) => default)
            .Register(Stage.Work, _ => Stage.End)
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        _store.Appending = null;
        await workflow.WithObserver(_observer).ResumeFromAsync("run");
        Assert.Equal(
            ["OnResume Work 1", "OnStateEnter Work", "OnCheckpoint Work 2"],
            _observer.Story().Take(3)
        );
        _observer.AssertPath(Stage.Work, Stage.End);
    }

    [Fact]
    [Trait("ID", "Y8")]
    public async Task A_resume_into_a_retry_delay_starts_the_task_once_at_its_next_attempt()
    {
        var time = new VirtualTime();
        var workflow = Observed
            .Failing(_observer, retries: 1, TimeSpan.FromMinutes(1))
            .WithCheckpointStore(_store)
            .WithTimeProvider(time);
        using var cancel = new CancellationTokenSource();
        var run = workflow.OrchestrateAsync(Stage.Start, "run", cancel.Token);
        await time.WhenWaitingAsync();
        await cancel.CancelAsync();
        await Failures.OfAsync(run);
        _observer.AssertTasksPaired();
        _observer.Clear();
        await Failures.OfAsync(time.DriveAsync(() => workflow.ResumeFromAsync("run")));
        Assert.Equal(
            [
                "OnResume Start 1",
                "OnTaskStart Start",
                "OnTaskFailure Start retry_exhausted",
                "OnCheckpoint Start 2",
            ],
            _observer.Story()
        );
        Assert.Equal(2, _observer.Events[1].At.Attempt);
    }

    private Workflow<Stage> Watched(params Stage[] stages) =>
        new Trail().Through(stages).WithCheckpointStore(_store).WithObserver(_observer);
}
