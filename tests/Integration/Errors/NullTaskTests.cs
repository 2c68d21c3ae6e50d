namespace Cano.Integration.Errors;

/// <summary>A body that is not async can give null for a task: what it did wrong is told by its
/// name.</summary>
public sealed class NullTaskTests
{
    [Fact]
    public async Task A_body_that_gives_no_task_is_told_what_to_return()
    {
        Func<TaskContext, CancellationToken, Task<Stage>> body = (_, _) => null!;
        var workflow = Workflow.Bare<Stage>().AddExitState(Stage.End);
        foreach (
            var run in (Workflow<Stage>[])
                [
                    workflow.Register(Stage.Start, body, TaskConfig.Minimal),
                    workflow.Register(Stage.Start, CanoTask.From("Start", body, TaskConfig.Minimal)),
                ]
        )
        {
            var error = await Failures.OfAsync(run.OrchestrateAsync(Stage.Start));
            Assert.Equal("workflow", error.Category);
            Assert.EndsWith(
                "The body of 'Start' returned null: return a task",
                error.Message,
                StringComparison.Ordinal
            );
        }
    }
}
