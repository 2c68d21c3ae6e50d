using Cano.Testing;

namespace Cano.Integration.Checkpoints;

/// <summary>What rows say of the run after them, and of its start.</summary>
public sealed class RowHeadTests
{
    private readonly KeepingStore _store = new() { KeepsBytes = true };
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "S12")]
    public async Task Every_row_has_the_instant_at_which_it_was_made_by_the_clock_of_the_workflow()
    {
        var began = _time.GetUtcNow();
        var run = Waiting().OrchestrateAsync(Stage.Start, "run");
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(Stage.End, await run);

        var minutes = _store.Rows.Select(row => (row.WrittenAt!.Value - began).TotalMinutes);
        Assert.Equal([0.0, 0.0, 5.0, 5.0], minutes);
        Assert.All(_store.Rows, row => Assert.Equal(TimeSpan.Zero, row.WrittenAt!.Value.Offset));
    }

    [Fact]
    [Trait("ID", "S12")]
    public async Task A_row_says_what_the_run_is_after_it_and_when_it_wakes()
    {
        var due = _time.GetUtcNow() + TimeSpan.FromMinutes(5);
        var run = Waiting().OrchestrateAsync(Stage.Start, "run");
        _time.Advance(TimeSpan.FromMinutes(5));
        await run;

        Assert.Equal(
            [
                (RowStatus.OnItsWay, null),
                (RowStatus.Waiting, due),
                (RowStatus.OnItsWay, null),
                (RowStatus.Completed, default(DateTimeOffset?)),
            ],
            _store.Rows.Select(row => (row.Status, row.WakesAt))
        );
    }

    [Fact]
    [Trait("ID", "S12")]
    public async Task An_end_says_which_end_it_is_and_of_a_failure_its_category()
    {
        var saga = Saga((_, _, _) => default);
        await Failures.OfAsync(saga.OrchestrateAsync(Stage.Start, "undone"));
        var half = Saga((_, _, _) => throw new IOException("cannot undo"));
        await Failures.OfAsync(half.OrchestrateAsync(Stage.Start, "half-undone"));

        Assert.Equal(
            [
                RowStatus.OnItsWay,
                RowStatus.OnItsWay,
                RowStatus.OnItsWay,
                RowStatus.RollingBack,
                RowStatus.RollingBack,
            ],
            _store.Rows.Take(5).Select(row => row.Status)
        );
        Assert.Equal(
            [(RowStatus.RolledBack, "task_execution"), (RowStatus.RollbackFailed, "compensation_failed")],
            _store
                .Rows.Where(row => row.Kind == RowKind.RollbackFinished)
                .Select(row => (row.Status, row.Category!))
        );
    }

    [Fact]
    [Trait("ID", "S12")]
    public async Task The_first_row_and_every_snapshot_know_the_start_of_the_run_and_no_other_row_does()
    {
        var began = _time.GetUtcNow();
        var looped = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => Stage.Work)
            .Register(
                Stage.Work,
                _ =>
                    ++looped == 5 ? throw new IOException("interrupted")
                    : looped < 10 ? Stage.Work
                    : Stage.End,
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .WithName("order")
            .WithSnapshotEvery(3)
            .WithTimeProvider(_time)
            .WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        _time.Advance(TimeSpan.FromHours(1));
        await workflow.ResumeFromAsync("run");

        var first = _store.Rows[0].Start!;
        Assert.Equal(("order", "Start"), (first.WorkflowName, first.InitialState));
        Assert.Equal(began, first.StartedAt);
        Assert.Matches("^[a-z2-7]{13}$", first.Key);
        Assert.True(_store.Rows.Count(row => row.Kind == RowKind.Snapshot) > 2);
        Assert.All(
            _store.Rows,
            row => Assert.Equal(row.Sequence == 0 || row.Kind == RowKind.Snapshot ? first : null, row.Start)
        );
    }

    private Workflow<Stage> Waiting() =>
        Workflow
            .Bare<Stage>()
            .RegisterTimer(Stage.Start, TimeSpan.FromMinutes(5), Stage.Next)
            .Register(Stage.Next, _ => Stage.End)
            .AddExitState(Stage.End)
            .WithTimeProvider(_time)
            .WithCheckpointStore(_store);

    private Workflow<Stage> Saga(Func<TaskContext, int, CancellationToken, ValueTask> undo) =>
        Workflow
            .Bare<Stage>()
            .RegisterWithCompensation(
                Stage.Start,
                (_, _) => new ValueTask<(Stage, int)>((Stage.Work, 1)),
                undo
            )
            .Register(Stage.Work, _ => throw new InvalidOperationException("on purpose"), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store);
}
