using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Testing;

namespace Cano.Integration.Observers;

/// <summary>What observers hear of a run that is stopped in a way that leaves a mark, and is gone on
/// with.</summary>
public sealed class StopHookTests
{
    private readonly RecordingObserver _observer = new();
    private readonly MemoryCheckpointStore _store = new();
    private readonly Gate _gate = new();
    private readonly RunControl _control = new();

    [Fact]
    [Trait("ID", "S1"), Trait("ID", "I5")]
    public async Task A_run_without_a_journal_that_is_to_rest_is_cancelled_and_told_so()
    {
        var run = Controlled.StartAsync(
            OneState.Awaiting(_gate.PassAsync).WithObserver(_observer),
            _control,
            "run"
        );
        await _gate.Entered.Soon();
        _control.Suspend(TimeSpan.FromSeconds(5));
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal(["OnTaskFailure Start cancelled", "OnCancelled Start"], _observer.Story().TakeLast(2));
    }

    [Fact]
    [Trait("ID", "F1"), Trait("ID", "S5")]
    public async Task A_run_that_is_taken_up_to_be_cancelled_is_gone_on_with_first()
    {
        await Interrupted.AtAsync(Stage.Work, _store, "run");
        await _store.AcceptAsync("run", InboxItem.Cancel());
        var resumed = Watched().ResumeFromAsync("run");
        Assert.Equal("cancelled", (await Failures.OfAsync(resumed)).Category);
        Assert.Equal(
            ["OnResume Work 1", "OnCheckpoint Work 2", "OnCancelled Work", "OnCheckpoint Work 3"],
            _observer.Story()
        );
    }

    [Fact]
    [Trait("ID", "F1"), Trait("ID", "F19")]
    public async Task A_run_whose_caller_has_given_it_up_before_is_gone_on_with_first()
    {
        await Interrupted.AtAsync(Stage.Work, _store, "run");
        var resumed = Watched().ResumeFromAsync("run", new CancellationToken(canceled: true));
        Assert.Equal("cancelled", (await Failures.OfAsync(resumed)).Category);
        Assert.Equal(["OnResume Work 1", "OnCancelled Work"], _observer.Story());
    }

    [Fact]
    [Trait("ID", "S5")]
    public async Task A_cancel_that_its_process_could_not_act_on_is_told_of_by_the_next()
    {
        var dying = new CrashingCheckpointStore(_store, 2, CrashPoint.AfterAppend);
        var run = Controlled.StartAsync(Interrupted.Held(_gate, dying), _control, "run");
        await _gate.Entered.Soon();
        _control.Cancel(new CancelRequest(null, DateTimeOffset.UnixEpoch));
        await Failures.OfAsync(run);
        var next = Interrupted.Held(_gate, _store).WithObserver(_observer);
        Assert.Equal("cancelled", (await Failures.OfAsync(next.ResumeFromAsync("run"))).Category);
        Assert.Equal(["OnResume Start 1", "OnCancelled Start", "OnCheckpoint Start 2"], _observer.Story());
    }

    [Fact]
    [Trait("ID", "S5")]
    public async Task A_cancelled_run_that_has_ended_is_told_of_once()
    {
        var dying = new CrashingCheckpointStore(_store, 3, CrashPoint.AfterAppend);
        var run = Controlled.StartAsync(Interrupted.Held(_gate, dying), _control, "run");
        await _gate.Entered.Soon();
        _control.Cancel(new CancelRequest(null, DateTimeOffset.UnixEpoch));
        await Failures.OfAsync(run);
        var next = Interrupted.Held(_gate, _store).WithObserver(_observer);
        Assert.Equal("cancelled", (await Failures.OfAsync(next.ResumeFromAsync("run"))).Category);
        Assert.Equal(["OnResume Start 2"], _observer.Story());
    }

    [Fact]
    [Trait("ID", "S17"), Trait("ID", "R5")]
    public async Task A_step_whose_answer_is_lost_with_the_journal_has_not_succeeded()
    {
        var dying = new CrashingCheckpointStore(_store, 2, CrashPoint.BeforeAppend);
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<int>(
                Stage.Start,
                async (_, _) =>
                {
                    await _gate.PassAsync(default);
                    return (Stage.End, 1);
                },
                (_, _, _) => default
            )
            .AddExitState(Stage.End)
            .WithCheckpointStore(dying)
            .WithObserver(_observer);
        var run = Controlled.StartAsync(workflow, _control, "run");
        await _gate.Entered.Soon();
        _control.Cancel(new CancelRequest(null, DateTimeOffset.UnixEpoch));
        _gate.Open();
        Assert.Equal("checkpoint_store", (await Failures.OfAsync(run)).Category);
        Assert.Equal(["OnTaskStart Start", "OnTaskFailure Start checkpoint_store"], _observer.Tasks());
    }

    private Workflow<Stage> Watched() =>
        new Trail()
            .Through(Stage.Start, Stage.Work, Stage.Next, Stage.End)
            .WithCheckpointStore(_store)
            .WithObserver(_observer);
}
