using Cano.Testing;

namespace Cano.Integration.Observers;

public sealed class RecordingObserverTests
{
    private readonly RecordingObserver _observer = new();

    [Fact]
    [Trait("ID", "R14")]
    public async Task Assertions_hold_for_what_happened()
    {
        var workflow = await RunAsync();
        _observer.AssertPath(Stage.Start, Stage.Work, Stage.End);
        _observer.AssertCompletedWith(Stage.End);
        _observer.AssertAllStatesEntered(Stage.Work, Stage.Start);
        _observer.AssertRegisteredStatesEntered(workflow.Definition);
        _observer.AssertTasksPaired();
        Assert.Equal(["Start", "Work", "End"], _observer.StatesEntered);
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task AssertPath_says_what_was_expected_and_what_was_seen()
    {
        await RunAsync();
        Assert.Equal(
            "Expected the path [Start, End]; entered were [Start, Work, End].",
            Message(() => _observer.AssertPath(Stage.Start, Stage.End))
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task AssertPath_speaks_of_order_and_of_every_visit()
    {
        await RunAsync();
        Message(() => _observer.AssertPath(Stage.Work, Stage.Start, Stage.End));
        Message(() => _observer.AssertPath(Stage.Start, Stage.Work));
        Message(() => _observer.AssertPath<Stage>());
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task AssertCompletedWith_refuses_another_exit_a_failed_run_and_no_run()
    {
        Assert.EndsWith(
            "no state was entered.",
            Message(() => _observer.AssertCompletedWith(Stage.End)),
            StringComparison.Ordinal
        );
        await RunAsync();
        Assert.Contains(
            "was End",
            Message(() => _observer.AssertCompletedWith(Stage.Stop)),
            StringComparison.Ordinal
        );
        _observer.Clear();
        await Failures.OfAsync(Observed.Failing(_observer).OrchestrateAsync(Stage.Start));
        Assert.Contains(
            "OnTask",
            Message(() => _observer.AssertCompletedWith(Stage.Start)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task AssertAllStatesEntered_lists_what_is_missing_once_and_in_the_order_asked_for()
    {
        await RunAsync();
        Assert.Equal(
            "States never entered: Stop, Last, Next.",
            Message(() =>
                _observer.AssertAllStatesEntered(Stage.Stop, Stage.Start, Stage.Last, Stage.Stop, Stage.Next)
            )
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task AssertRegisteredStatesEntered_asks_for_states_with_work_and_for_no_exit()
    {
        var workflow = await RunAsync();
        _observer.AssertRegisteredStatesEntered(workflow.AddExitState(Stage.Stop).Definition);
        var more = workflow.Register(Stage.Last, _ => Stage.End);
        Assert.Equal(
            "States never entered: Last.",
            Message(() => _observer.AssertRegisteredStatesEntered(more.Definition))
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public void AssertTasksPaired_finds_starts_without_an_end_and_ends_without_a_start()
    {
        var at = new RunPoint("run", "Work", "Pay", 1);
        _observer.OnTaskStart(at);
        Assert.Equal(
            "Tasks are not paired: Work/Pay started and has no end.",
            Message(_observer.AssertTasksPaired)
        );
        _observer.OnTaskSuccess(at);
        _observer.AssertTasksPaired();
        _observer.OnTaskFailure(at, CanoError.Generic("again"));
        Assert.Equal(
            "Tasks are not paired: OnTaskFailure Work/Pay generic without a start.",
            Message(_observer.AssertTasksPaired)
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public void AssertTasksPaired_tells_runs_apart()
    {
        _observer.OnTaskStart(new RunPoint("a", "Work", "Work", 1));
        _observer.OnTaskSuccess(new RunPoint("b", "Work", "Work", 1));
        Message(_observer.AssertTasksPaired);
    }

    [Fact]
    [Trait("ID", "R14"), Trait("ID", "S1")]
    public void AssertTasksPaired_takes_the_rest_of_a_run_for_the_end_of_what_was_cut_off_in_it()
    {
        var at = new RunPoint("a", "Work", "Work", 1);
        _observer.OnTaskStart(at);
        _observer.OnTaskStart(at with { RunId = "b" });
        _observer.OnSuspended(at);
        Assert.Equal(
            "Tasks are not paired: Work/Work started and has no end.",
            Message(_observer.AssertTasksPaired)
        );
        _observer.OnTaskSuccess(at with { RunId = "b" });
        _observer.AssertTasksPaired();
        _observer.OnTaskSuccess(at);
        Message(_observer.AssertTasksPaired);
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task Take_hands_over_everything_and_leaves_nothing()
    {
        await RunAsync();
        Assert.Equal(9, _observer.Take().Count);
        Assert.Empty(_observer.Events);
        Assert.Empty(_observer.Take());
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task Events_are_a_copy_that_later_hooks_do_not_change()
    {
        await RunAsync();
        var before = _observer.Events;
        await RunAsync();
        Assert.Equal(9, before.Count);
        Assert.Equal(18, _observer.Events.Count);
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task Runs_at_once_lose_no_event()
    {
        var workflow = new Trail().Through(Stage.Start, Stage.Work, Stage.End).WithObserver(_observer);
        await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => Task.Run(() => workflow.OrchestrateAsync(Stage.Start)))
        );
        Assert.Equal(50 * 9, _observer.Events.Count);
        _observer.AssertTasksPaired();
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task States_go_by_their_stored_names()
    {
        var workflow = Workflow
            .Bare<Renamed>()
            .Register(Renamed.First, _ => Renamed.Last)
            .AddExitState(Renamed.Last)
            .WithObserver(_observer);
        await workflow.OrchestrateAsync(Renamed.First);
        Assert.Equal(["first-of-all", "Last"], _observer.StatesEntered);
        _observer.AssertPath(Renamed.First, Renamed.Last);
    }

    private enum Renamed
    {
        [StoredAs("first-of-all")]
        First,
        Last,
    }

    private static string Message(Action assertion) => Assert.Throws<ObservationException>(assertion).Message;

    private async Task<Workflow<Stage>> RunAsync()
    {
        var workflow = new Trail().Through(Stage.Start, Stage.Work, Stage.End).WithObserver(_observer);
        await workflow.OrchestrateAsync(Stage.Start);
        return workflow;
    }
}
