using Cano.Testing;

namespace Cano.Integration.Observers;

public sealed class HookOrderTests
{
    private readonly RecordingObserver _observer = new();
    private readonly KeepingStore _store = new();

    [Fact]
    [Trait("ID", "R3")]
    public async Task A_state_is_entered_its_task_starts_and_ends_before_the_next_is_entered()
    {
        var workflow = new Trail().Through(Stage.Start, Stage.Work, Stage.End).WithObserver(_observer);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(
            [
                "OnStateEnter Start",
                "OnTaskStart Start",
                "OnTaskSuccess Start",
                "OnStateEnter Work",
                "OnTaskStart Work",
                "OnTaskSuccess Work",
                "OnStateEnter End",
            ],
            _observer.Story()
        );
    }

    [Fact]
    [Trait("ID", "R3")]
    public async Task Hooks_come_between_what_bodies_do()
    {
        var trail = new Trail();
        var workflow = trail
            .Through(Stage.Start, Stage.Work, Stage.End)
            .WithObserver(new Marking(trail, "seen"));
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(["seen Start", "Start", "seen Work", "Work", "seen End"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "D11"), Trait("ID", "Y27")]
    public async Task A_row_is_told_of_after_the_entry_and_before_the_task()
    {
        var workflow = new Trail()
            .Through(Stage.Start, Stage.End)
            .WithCheckpointStore(_store)
            .WithObserver(_observer);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(
            [
                "OnStateEnter Start",
                "OnCheckpoint Start 0",
                "OnTaskStart Start",
                "OnTaskSuccess Start",
                "OnStateEnter End",
                "OnCheckpoint End 1",
            ],
            _observer.Story()
        );
        Assert.All(_observer.Events, seen => Assert.Equal(("run", 1), (seen.At.RunId, seen.At.Attempt)));
    }

    [Fact]
    [Trait("ID", "D11")]
    public async Task A_row_is_durable_when_it_is_told_of_and_not_there_when_its_state_is_entered()
    {
        var rows = new List<string>();
        var workflow = new Trail()
            .Through(Stage.Start, Stage.End)
            .WithCheckpointStore(_store)
            .WithObserver(new Counting(rows, () => _store.Rows.Count));
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(["enter 0", "row 1", "enter 1", "row 2"], rows);
    }

    [Fact]
    [Trait("ID", "D11")]
    public async Task A_row_that_could_not_be_written_is_not_told_of_and_starts_no_task()
    {
        _store.Appending = row =>
        {
            if (row.State == "Work")
                throw new IOException("disk full");
        };
        var workflow = new Trail()
            .Through(Stage.Start, Stage.Work, Stage.End)
            .WithCheckpointStore(_store)
            .WithObserver(_observer);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("OnStateEnter Work", _observer.Story().Last());
        Assert.Single(_observer.Events, seen => seen.Hook == "OnCheckpoint");
        _observer.AssertTasksPaired();
    }

    [Fact]
    [Trait("ID", "D4")]
    public async Task A_router_is_entered_but_leaves_no_row_where_no_run_begins()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterRouter(Stage.Start, _ => Stage.Next)
            .RegisterRouter(Stage.Next, _ => Stage.Work)
            .Register(Stage.Work, _ => Stage.End)
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store)
            .WithObserver(_observer);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        _observer.AssertPath(Stage.Start, Stage.Next, Stage.Work, Stage.End);
        Assert.Equal(
            ["OnCheckpoint Start 0", "OnCheckpoint Work 1", "OnCheckpoint End 2"],
            _observer.Story().Where(text => text.StartsWith("OnCheckpoint", StringComparison.Ordinal))
        );
        _observer.AssertTasksPaired();
    }

    [Fact]
    [Trait("ID", "R3")]
    public async Task A_state_that_follows_itself_is_entered_each_time()
    {
        var visits = 0;
        var workflow = Observed.Alone(
            _observer,
            workflow => workflow.Register(Stage.Start, _ => ++visits < 3 ? Stage.Start : Stage.End)
        );
        await workflow.OrchestrateAsync(Stage.Start);
        _observer.AssertPath(Stage.Start, Stage.Start, Stage.Start, Stage.End);
        Assert.Equal(6, _observer.Tasks().Count());
        _observer.AssertTasksPaired();
    }

    [Fact]
    [Trait("ID", "R2")]
    public async Task All_observers_hear_each_hook_in_the_order_of_registration()
    {
        var trail = new Trail();
        var workflow = new Trail()
            .Through(Stage.Start, Stage.End)
            .WithObserver(new Marking(trail, "first"))
            .WithObserver(new Marking(trail, "second"))
            .WithObserver(new Marking(trail, "third"));
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(
            ["first Start", "second Start", "third Start", "first End", "second End", "third End"],
            trail.Marks
        );
    }

    [Fact]
    [Trait("ID", "R2")]
    public async Task An_observer_is_added_to_the_copy_alone()
    {
        var plain = new Trail().Through(Stage.Start, Stage.End);
        var observed = plain.WithObserver(_observer);
        await plain.OrchestrateAsync(Stage.Start);
        Assert.Empty(_observer.Events);
        await observed.OrchestrateAsync(Stage.Start);
        Assert.NotEmpty(_observer.Events);
    }

    [Fact]
    [Trait("ID", "D16")]
    public async Task A_failed_clear_is_told_of_and_the_run_has_completed_all_the_same()
    {
        var store = new KeepingStore { ClearFailure = new IOException("read only") };
        var workflow = new Trail()
            .Through(Stage.Start, Stage.End)
            .WithCheckpointStore(store)
            .WithObserver(_observer);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start, "run"));
        var last = _observer.Events[^2];
        Assert.Equal(("OnCheckpointClearFailed", "End"), (last.Hook, last.At.State));
        Assert.Equal("checkpoint_store", last.Error!.Category);
        Assert.Contains("read only", last.Error.Message, StringComparison.Ordinal);
        _observer.AssertCompletedWith(Stage.End);
    }

    private sealed class Marking(Trail trail, string name) : IWorkflowObserver
    {
        public void OnStateEnter(RunPoint at) => trail.Add($"{name} {at.State}");
    }

    private sealed class Counting(List<string> marks, Func<int> count) : IWorkflowObserver
    {
        public void OnStateEnter(RunPoint at) => marks.Add($"enter {count()}");

        public void OnCheckpoint(RunPoint at, long sequence) => marks.Add($"row {count()}");
    }
}
