using System.Text;
using Cano.Testing;

namespace Cano.Integration.Sagas;

/// <summary>Steps that a resumed workflow cannot undo any more.</summary>
public sealed class OrphanTests
{
    private const int LastEntered = 7;
    private const int RollbackStart = 8;

    private readonly MemoryCheckpointStore _store = new();
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "G7")]
    public async Task A_state_without_its_compensation_is_an_orphan_and_the_others_are_undone()
    {
        await InterruptAsync(RollbackStart);
        var changed = Saga.Three(_trail).Register(Stage.Work, _ => Stage.Next);
        await AssertOrphanAsync(changed);
    }

    [Fact]
    [Trait("ID", "G7")]
    public async Task A_state_that_is_gone_is_an_orphan_and_the_others_are_undone()
    {
        await InterruptAsync(RollbackStart);
        var changed = Workflow
            .Bare<Stage>()
            .Step(_trail, Stage.Start, Stage.Next)
            .Step(_trail, Stage.Next, Stage.Last)
            .Failing(Stage.Last)
            .AddExitState(Stage.End);
        await AssertOrphanAsync(changed);
    }

    [Fact]
    [Trait("ID", "G7")]
    public async Task A_state_that_became_an_exit_is_an_orphan_and_the_others_are_undone()
    {
        await InterruptAsync(RollbackStart);
        var changed = Workflow
            .Bare<Stage>()
            .Step(_trail, Stage.Start, Stage.Next)
            .Step(_trail, Stage.Next, Stage.Last)
            .Failing(Stage.Last)
            .AddExitState(Stage.End)
            .AddExitState(Stage.Work);
        await AssertOrphanAsync(changed);
    }

    [Fact]
    [Trait("ID", "G7")]
    public async Task A_failure_after_the_resume_finds_the_orphan_too()
    {
        await InterruptAsync(LastEntered);
        await AssertOrphanAsync(Saga.Three(_trail).Register(Stage.Work, _ => Stage.Next));
    }

    [Fact]
    [Trait("ID", "G7"), Trait("ID", "Y5")]
    public async Task The_failing_state_may_be_gone_when_its_rollback_is_resumed()
    {
        await InterruptAsync(RollbackStart + 1);
        var changed = Workflow
            .Bare<Stage>()
            .Step(_trail, Stage.Start, Stage.Work)
            .Step(_trail, Stage.Work, Stage.Next)
            .Step(_trail, Stage.Next, Stage.End)
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store);
        var error = await Failures.OfAsync(changed.ResumeFromAsync("run"));
        Assert.Equal(("task_execution", "Last"), (error.Category, error.State));
        Assert.Equal(["undo Next", "undo Work", "undo Start"], _trail.Undone().Distinct());
    }

    [Fact]
    [Trait("ID", "G7")]
    public async Task A_rollback_with_an_orphan_stays_and_answers_the_same_when_it_is_resumed()
    {
        await InterruptAsync(RollbackStart);
        var changed = Saga.Three(_trail).Register(Stage.Work, _ => Stage.Next).WithCheckpointStore(_store);
        var first = await Failures.OfAsync(changed.ResumeFromAsync("run"));
        var undone = _trail.Undone().Count();
        var second = await Failures.OfAsync(changed.ResumeFromAsync("run"));
        Assert.Equal(first.Errors.Select(one => one.Fault), second.Errors.Select(one => one.Fault));
        Assert.Equal(undone, _trail.Undone().Count());
    }

    [Fact]
    [Trait("ID", "G10")]
    public async Task An_output_of_an_older_type_is_an_error_of_its_step_and_the_others_are_undone()
    {
        await InterruptAsync(LastEntered);
        var changed = Saga.Three(_trail)
            .RegisterWithCompensation<int>(
                Stage.Work,
                (_, _) => new((Stage.Next, 1)),
                (_, _, _) =>
                {
                    _trail.Add("undo with a number");
                    return default;
                }
            )
            .WithCheckpointStore(_store);
        var error = await Failures.OfAsync(changed.ResumeFromAsync("run"));
        Assert.Equal(["task_execution", "generic"], error.Errors.Select(one => one.Category));
        Assert.StartsWith(
            "deserialize compensation output for `Work`: run 'run', state 'Work', sequence 3: ",
            error.Errors[1].Message,
            StringComparison.Ordinal
        );
        Assert.Equal(["undo Next", "undo Start"], _trail.Undone());
    }

    /// <summary>The saga dies after an append.</summary>
    private async Task InterruptAsync(int append)
    {
        var crashing = new CrashingCheckpointStore(_store, append, CrashPoint.AfterAppend);
        await Failures.OfAsync(
            Saga.Three(_trail).WithCheckpointStore(crashing).OrchestrateAsync(Stage.Start, "run")
        );
    }

    private async Task AssertOrphanAsync(Workflow<Stage> changed)
    {
        var error = await Failures.OfAsync(changed.WithCheckpointStore(_store).ResumeFromAsync("run"));
        Assert.Equal(["task_execution", "orphaned_compensation"], error.Errors.Select(one => one.Category));
        var orphan = Assert.IsType<Fault.OrphanedCompensation>(error.Errors[1].Fault);
        Assert.Equal(("Work", "\"Work\""), (orphan.Task, Encoding.UTF8.GetString(orphan.Output)));
        Assert.Equal(["undo Next", "undo Start"], _trail.Undone());
        Assert.NotEmpty(await _store.LoadRunAsync("run"));
    }
}
